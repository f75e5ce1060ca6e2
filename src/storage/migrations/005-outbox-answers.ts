import { type Kysely, sql } from "kysely";
import type { Store } from "../store.ts";
import { inWordsOf } from "./in-words-of.ts";

/** What the mail server said last: refusals are counted apart from other tries, and a letter that it could not be asked to take says since when. */
export async function up(db: Kysely<unknown>, engine: Store["engine"]): Promise<void> {
  for (const statement of schema) await sql.raw(inWordsOf(engine, statement)).execute(db);
}

const schema = [
  `alter table outbox add column refusals integer not null default 0`,
  `alter table outbox add column away_since bigint`,
  // Empty while the mail server is there: a letter that leaves at its first try costs nothing here.
  `create index outbox_away on outbox (away_since) where away_since is not null and state in ('waiting', 'sending')`,
];
