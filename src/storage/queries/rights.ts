import { sql } from "kysely";
import type { Holders } from "../../domain/role.ts";
import type { Queryable } from "../tables.ts";

export type RightAsked = { handle: string; product: string; name: string };

/** What is known of an account and a service that somebody asks about. */
export type RightFacts = { account?: { id: number; active: boolean }; holders?: Holders };

type Row = {
  handle: string;
  product: string;
  name: string;
  account_id: number | null;
  status: string | null;
  admin_id: number | null;
  tech_id: number;
  billing_id: number;
};

/** Accounts and services by handle, product and stored name: one query, the answers in the order of the questions. At most 1,000 at once. */
export async function factsForRights(db: Queryable, asked: readonly RightAsked[]): Promise<RightFacts[]> {
  if (asked.length === 0) return [];
  const questions = [...new Map(asked.map((one) => [keyOf(one), one])).values()];
  const values = sql.join(questions.map((one) => sql`(${one.handle}, ${one.product}, ${one.name})`));
  const found = await sql<Row>`
    with asked (handle, product, name) as (values ${values})
    select asked.handle, asked.product, asked.name, account.id as account_id, account.status, service.admin_id, service.tech_id, service.billing_id
    from asked
    left join account on account.handle = asked.handle
    left join service on service.product = asked.product and service.name = asked.name and service.removed_at is null`.execute(db);
  const facts = new Map(found.rows.map((row) => [keyOf(row), factsOf(row)]));
  return asked.map((one) => facts.get(keyOf(one)) ?? {});
}

const keyOf = (one: RightAsked): string => JSON.stringify([one.handle, one.product, one.name]);

function factsOf(row: Row): RightFacts {
  return {
    ...(row.account_id === null ? {} : { account: { id: row.account_id, active: row.status === "active" } }),
    ...(row.admin_id === null ? {} : { holders: { admin: row.admin_id, tech: row.tech_id, billing: row.billing_id } }),
  };
}
