import { sql } from "kysely";
import { lowerAscii } from "../lower-ascii.ts";
import { prepare } from "../prepare.ts";
import type { Store } from "../store.ts";
import type { Queryable } from "../tables.ts";
import { isBackwards, type MembershipPage } from "./membership-pages.ts";
import { preparePage } from "./prepare-page.ts";

/** Parts that are looked up for one text, and names by which is seen which of its parts are rare: those narrow it down, and cost least. */
const mostParts = 4;
const sampleSize = 64;

/** A part that stands in more than so many times as many names as the rarest takes longer to read than it saves look-ups. */
const narrowing = 8;

/**
 * Services whose names may contain what is searched for; one that has all parts of a text, but not together, may be among them. `whole`: no other name
 * contains it; otherwise, no other name that stands before theirs on a page in the order of names, which is none where the index knows no order.
 */
export type Found = { ids: number[]; whole: boolean };

/** The order of names is known to the index of this engine, and is that of the page: it gives the first of many that fit. */
export function findsInOrder({ engine }: Pick<Store, "engine">, { sort }: Pick<MembershipPage, "sort">): boolean {
  return engine === "sqlite" && sort === "name";
}

/** At most `most` services of a searched account for texts of three signs or more, in the order of names from the page's place on where the index knows it. */
export async function findByParts(store: Pick<Store, "engine" | "read">, page: MembershipPage, texts: readonly string[], most: number): Promise<Found> {
  const parts = await rareParts(store.read, page.account, texts);
  if (store.engine === "postgres") return partsOnPostgres(store.read, page.account, parts, most);
  return partsOnSqlite(store.read, findsInOrder(store, page) ? page : { ...page, from: undefined }, parts, most);
}

/** Those parts of each text that are looked up. */
async function rareParts(db: Queryable, account: number, texts: readonly string[]): Promise<string[][]> {
  const parts = texts.map((text) => partsOf(lowerAscii(text)));
  if (parts.every(({ length }) => length === 1)) return parts;
  const names = (await sample(db, { account })).map((row) => lowerAscii(row.name));
  return parts.map((each) => rarest(each, names));
}

const sample = prepare((db, { account }: { account: number }) =>
  db.selectFrom("membership").select("name").where("account_id", "=", account).limit(sql.lit(sampleSize)).compile(),
);

async function partsOnSqlite(db: Queryable, page: MembershipPage, texts: readonly (readonly string[])[], most: number): Promise<Found> {
  const words = texts.map((parts) => `(${parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(" AND ")})`).join(" OR ");
  const [found] = await byWords(db, page, { words, atMost: most + 1 });
  const [ids, steps] = [listFrom(found?.ids), listFrom(found?.steps)];
  if (ids.length <= most) return { ids, whole: true };
  // The names of one step come in no order: of the last one, what stands before may be missing.
  return { ids: page.sort === "name" ? ids.slice(0, steps.indexOf(steps.at(-1) ?? 0)) : [], whole: false };
}

/* What is found comes as one value: a row for each would take longer than finding it. A limit that is a sum: sqlite-compiler.ts. */
const byWords = preparePage((db, page, { words, atMost }: { words: string; atMost: number }) => {
  const { first, last } = placesOf(page.account, page.from);
  const order = sql.raw(isBackwards(page) ? "desc" : "asc");
  const own = sql`select rowid as place from searched_part where searched_part match ${words} and rowid between ${first} and ${last}
    order by rowid ${order} limit ${atMost} + 0`;
  const lists = sql`json_group_array(place & 4294967295) as ids, json_group_array(place >> 32) as steps`;
  return sql<{ ids: string; steps: string }>`select ${lists} from (${own}) as found`.compile(db);
});

/**
 * Where the names of an account stand in SQLite's index, or those of the steps beyond a place in the order of names. Made by SQLite: a number that is
 * given is no integer to it, and FTS5 narrows by integers only; by others it would read through the names of all accounts.
 */
export function placesOf(account: number, from: MembershipPage["from"]) {
  const steps = sql`from searched_step where account_id = ${account}`;
  const at = from && sql`(select id ${steps} and from_name <= ${from.keys[0]} order by from_name desc limit 1)`;
  const first = from?.direction === "after" ? at : sql`(select id ${steps} order by from_name limit 1)`;
  const last = from?.direction === "before" ? at : sql`(select id ${steps} order by from_name desc limit 1)`;
  return { first: sql<number>`${first} << 32`, last: sql<number>`(${last} << 32) | 4294967295` };
}

/** In no order. */
async function partsOnPostgres(db: Queryable, account: number, texts: readonly (readonly string[])[], most: number): Promise<Found> {
  const of = texts.map((parts) => sql`name_parts(account_id, name) collate "C" @> ${parts.map((part) => `${account} ${part}`)}::text[]`);
  const own = sql`select service_id as id from searched_name where ${sql.join(of, sql` or `)} limit ${most + 1}`;
  const { rows } = await sql<{ ids: string | null }>`select json_agg(id)::text as ids from (${own}) as found`.execute(db);
  const ids = listFrom(rows[0]?.ids);
  return ids.length <= most ? { ids, whole: true } : { ids: [], whole: false };
}

const listFrom = (json: string | null | undefined): number[] => JSON.parse(json ?? "[]") as number[];

/** The three signs from every place of a text. */
function partsOf(text: string): string[] {
  const signs = [...text];
  return [...new Set(signs.slice(2).map((_, at) => signs.slice(at, at + 3).join("")))];
}

function rarest(parts: readonly string[], names: readonly string[]): string[] {
  const counted = parts.map((part) => ({ part, count: names.filter((name) => name.includes(part)).length }));
  const [rare = { count: 0 }] = counted.sort((one, other) => one.count - other.count);
  return counted
    .filter(({ count }) => count <= narrowing * (rare.count + 0.5))
    .slice(0, mostParts)
    .map(({ part }) => part);
}
