import type { ApiApplicationTable, ApiCredentialTable } from "../api-tables.ts";
import { prepare } from "../prepare.ts";
import type { AccountTable, Queryable } from "../tables.ts";

/** A credential with all that a call has to be checked against; `account_*` are null while nobody has agreed. */
export type CallerRow = Pick<ApiCredentialTable, "key_hash" | "key_sealed" | "rules_json" | "allowed_ips_json" | "state" | "expires_at" | "last_used_at"> &
  Pick<ApiApplicationTable, "application_key" | "secret_sealed"> & {
    credential_id: number;
    application_id: number;
    account_id: number | null;
    handle: string | null;
    account_status: AccountTable["status"] | null;
    owner_status: AccountTable["status"];
  };

const callers = (db: Queryable) =>
  db
    .selectFrom("api_credential")
    .innerJoin("api_application", "api_application.id", "api_credential.application_id")
    .innerJoin("account as owner", "owner.id", "api_application.account_id")
    .leftJoin("account", "account.id", "api_credential.account_id")
    .select([
      "api_credential.id as credential_id",
      "api_credential.key_hash",
      "api_credential.key_sealed",
      "api_credential.rules_json",
      "api_credential.allowed_ips_json",
      "api_credential.state",
      "api_credential.expires_at",
      "api_credential.last_used_at",
      "api_application.id as application_id",
      "api_application.application_key",
      "api_application.secret_sealed",
      "account.id as account_id",
      "account.handle",
      "account.status as account_status",
      "owner.status as owner_status",
    ]);

const byKey = prepare((db, { hashes }: { hashes: readonly string[] }) => callers(db).where("api_credential.key_hash", "in", hashes).compile());

/** The credential whose consumer key has one of these hashes: one query, each signed call needs it. */
export async function findCallerByKey(db: Queryable, hashes: readonly string[]): Promise<CallerRow | undefined> {
  return (await byKey(db, { hashes }))[0];
}

const byToken = prepare((db, { hashes, now }: { hashes: readonly string[]; now: number }) =>
  callers(db)
    .innerJoin("api_token", "api_token.credential_id", "api_credential.id")
    .where("api_token.token_hash", "in", hashes)
    .where("api_token.expires_at", ">", now)
    .compile(),
);

/** The credential of a living access token with one of these hashes. */
export async function findCallerByToken(db: Queryable, hashes: readonly string[], now: number): Promise<CallerRow | undefined> {
  return (await byToken(db, { hashes, now }))[0];
}

export async function isApplication(db: Queryable, applicationKey: string): Promise<boolean> {
  return (await db.selectFrom("api_application").select("id").where("application_key", "=", applicationKey).executeTakeFirst()) !== undefined;
}

const touch = prepare((db, { id, seenAt, at }: { id: number; seenAt: number; at: number }) =>
  db
    .updateTable("api_credential")
    .set({ last_used_at: at })
    .where("id", "=", id)
    .where((row) => row(row.fn.coalesce("last_used_at", row.lit(never)), "=", seenAt))
    .compile(),
);
const never = -1;

/** Writes down that credentials were used, unless somebody else just did. In order of id: two transactions that do it cannot wait for each other. */
export async function touchCredentials(db: Queryable, seen: readonly CallerRow[], at: number): Promise<void> {
  const inOrder = seen.toSorted((one, other) => one.credential_id - other.credential_id);
  await Promise.all(inOrder.map((row) => touch(db, { id: row.credential_id, seenAt: row.last_used_at ?? never, at })));
}
