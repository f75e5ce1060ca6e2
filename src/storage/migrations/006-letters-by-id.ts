import { type Kysely, sql } from "kysely";

/** The letters of an account are listed by their ids, which sort as they were written: one index less to write for each letter. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index outbox_by_account`.execute(db);
}
