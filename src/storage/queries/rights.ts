import { PostgresAdapter, sql } from "kysely";
import type { Holders } from "../../domain/role.ts";
import { prepare } from "../prepare.ts";
import type { Queryable } from "../tables.ts";

export type RightAsked = { handle: string; product: string; name: string };

/** What is known of an account and a service that somebody asks about. */
export type RightFacts = { account?: { id: number; active: boolean }; holders?: Holders };

type Row = { at: number; account_id: number | null; status: string | null; admin_id: number | null; tech_id: number; billing_id: number };

type Asked = { asked: string };

/** The list is one value, so that there is one text for any number. */
const facts = prepare((db, { asked }: Asked) => {
  const questions =
    db.getExecutor().adapter instanceof PostgresAdapter
      ? sql`select at - 1 as at, value ->> 0 as handle, value ->> 1 as product, value ->> 2 as name from json_array_elements(${asked}::json) with ordinality as asked (value, at)`
      : sql`select key as at, value ->> 0 as handle, value ->> 1 as product, value ->> 2 as name from json_each(${asked})`;
  return sql<Row>`
    select asked.at, account.id as account_id, account.status, service.admin_id, service.tech_id, service.billing_id
    from (${questions}) as asked
    left join account on account.handle = asked.handle
    left join service on service.product = asked.product and service.name = asked.name and service.removed_at is null`.compile(db);
});

/** Accounts and services by handle, product and stored name: one query, the answers in the order of the questions. At most 1,000 at once. */
export async function factsForRights(db: Queryable, asked: readonly RightAsked[]): Promise<RightFacts[]> {
  if (asked.length === 0) return [];
  const list = asked.map((one) => [one.handle, one.product, one.name].map((text) => text.toWellFormed()));
  const found: RightFacts[] = asked.map(() => ({}));
  for (const row of await facts(db, { asked: JSON.stringify(list) })) found[row.at] = factsOf(row);
  return found;
}

function factsOf(row: Row): RightFacts {
  return {
    ...(row.account_id === null ? {} : { account: { id: row.account_id, active: row.status === "active" } }),
    ...(row.admin_id === null ? {} : { holders: { admin: row.admin_id, tech: row.tech_id, billing: row.billing_id } }),
  };
}

type Held = Holders & { name: string };

const holdersOfOne = prepare((db, { product, name }: { product: string; name: string }) => held(db, product).where("name", "=", name).compile());

const holdersOfMany = prepare((db, { product, names }: { product: string; names: string }) => {
  const among =
    db.getExecutor().adapter instanceof PostgresAdapter
      ? sql<boolean>`name = any(array(select json_array_elements_text(${names}::json)))`
      : sql<boolean>`name in (select value from json_each(${names}))`;
  return held(db, product).where(among).compile();
});

const held = (db: Queryable, product: string) =>
  db
    .selectFrom("service")
    .select(["name", "admin_id as admin", "tech_id as tech", "billing_id as billing"])
    .where("product", "=", product)
    .where("removed_at", "is", null);

/** Who holds the roles of the services of a product with these stored names, by name. */
export async function findHoldersByName(db: Queryable, product: string, names: readonly string[]): Promise<Map<string, Holders>> {
  const [name] = names;
  const one = names.length === 1 && name !== undefined;
  const rows: Held[] = one ? await holdersOfOne(db, { product, name }) : await holdersOfMany(db, { product, names: JSON.stringify(names) });
  return new Map(rows.map((row) => [row.name, row]));
}
