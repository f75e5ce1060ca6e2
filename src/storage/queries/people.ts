import type { Queryable } from "../tables.ts";

/** Somebody as a page names him. */
export type Person = { id: number; handle: string; name: string };

/** The people with these account ids, by id. */
export async function findPeople(db: Queryable, ids: Iterable<number>): Promise<Map<number, Person>> {
  const wanted = [...new Set(ids)];
  const rows = wanted.length ? await db.selectFrom("account").select(["id", "handle", "name"]).where("id", "in", wanted).execute() : [];
  return new Map(rows.map((row) => [row.id, row]));
}

/** Somebody who must be among them: every id in a row refers to an account. */
export function personIn(people: ReadonlyMap<number, Person>, id: number): Person {
  const person = people.get(id);
  if (!person) throw new Error(`account ${id} is missing`);
  return person;
}
