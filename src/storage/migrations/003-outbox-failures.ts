import { type Kysely, sql } from "kysely";
import type { Store } from "../store.ts";
import { inWordsOf } from "./in-words-of.ts";

/** Tries of a letter that count are counted apart from its claims, whose number must not come again. */
export async function up(db: Kysely<unknown>, engine: Store["engine"]): Promise<void> {
  for (const statement of schema) await sql.raw(inWordsOf(engine, statement)).execute(db);
}

const schema = [
  `alter table outbox add column failures integer not null default 0`,
  // A letter that is under way has been claimed once more than it has failed.
  `update outbox set failures = attempts - case when state = 'sending' then 1 else 0 end where state in ('waiting', 'sending', 'failed') and attempts > 0`,
];
