import { type Kysely, sql } from "kysely";

/**
 * Each letter and each line of the audit log costs a page of the log for every index that is not written at its end. The letters of an account are listed
 * by their ids, which sort as they were written. Nothing reads the lines of a service or of an account; those of a request stand behind each other.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const index of ["outbox_by_account", "audit_by_service", "audit_by_account"]) await sql`drop index ${sql.ref(index)}`.execute(db);
}
