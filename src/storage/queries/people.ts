import { isAmong, listOf } from "../among.ts";
import { prepare } from "../prepare.ts";
import type { Queryable } from "../tables.ts";

/** Somebody as a page names him. */
export type Person = { id: number; handle: string; name: string };

const byIds = prepare((db, { list }: { list: string }) =>
  db
    .selectFrom("account")
    .select(["id", "handle", "name"])
    .where(isAmong(db, "account.id", list))
    .compile(),
);

/** The people with these account ids, by id. */
export async function findPeople(db: Queryable, ids: Iterable<number>): Promise<Map<number, Person>> {
  const list = listOf(ids);
  const rows = list === "[]" ? [] : await byIds(db, { list });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Somebody who must be among them: every id in a row refers to an account. */
export function personIn(people: ReadonlyMap<number, Person>, id: number): Person {
  const person = people.get(id);
  if (!person) throw new Error(`account ${id} is missing`);
  return person;
}
