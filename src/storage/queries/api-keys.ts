import { type Insertable, type Selectable, sql } from "kysely";
import type { ApiApplicationTable, ApiCredentialTable } from "../api-tables.ts";
import type { Transaction } from "../store.ts";
import type { Queryable } from "../tables.ts";

/** A program, with the handle of its owner. */
export type ApplicationRow = Selectable<ApiApplicationTable> & { owner: string; owner_status: string };

/** A key with its program. */
export type CredentialRow = Selectable<ApiCredentialTable> &
  Pick<ApiApplicationTable, "kind" | "application_key" | "name" | "description"> & {
    owner_id: number;
    owner: string;
    owner_status: string;
    application_created_at: number;
  };

const applications = (db: Queryable) =>
  db
    .selectFrom("api_application")
    .innerJoin("account as owner", "owner.id", "api_application.account_id")
    .selectAll("api_application")
    .select(["owner.handle as owner", "owner.status as owner_status"]);

const credentials = (db: Queryable) =>
  db
    .selectFrom("api_credential")
    .innerJoin("api_application", "api_application.id", "api_credential.application_id")
    .innerJoin("account as owner", "owner.id", "api_application.account_id")
    .selectAll("api_credential")
    .select(["api_application.kind", "api_application.application_key", "api_application.name", "api_application.description"])
    .select("api_application.created_at as application_created_at")
    .select(["owner.id as owner_id", "owner.handle as owner", "owner.status as owner_status"]);

export async function insertApplication(db: Queryable, row: Omit<Insertable<ApiApplicationTable>, "id">): Promise<number> {
  return (await db.insertInto("api_application").values(row).returning("id").executeTakeFirstOrThrow()).id;
}

export async function insertCredential(db: Queryable, row: Omit<Insertable<ApiCredentialTable>, "id">): Promise<number> {
  return (await db.insertInto("api_credential").values(row).returning("id").executeTakeFirstOrThrow()).id;
}

export async function findApplicationByKey(db: Queryable, applicationKey: string): Promise<ApplicationRow | undefined> {
  return applications(db).where("api_application.application_key", "=", applicationKey).executeTakeFirst();
}

export async function findApplication(db: Queryable, id: number): Promise<ApplicationRow | undefined> {
  return applications(db).where("api_application.id", "=", id).executeTakeFirst();
}

/**
 * Keeps a program from being removed until the transaction ends; false: it is gone. On SQLite writers take turns already. Those who keep it wait for each
 * other: whoever removes it would else wait for as long as there is always somebody new who shares the lock, and a thief would see to that.
 */
export async function keepApplication({ engine, db }: Transaction, id: number): Promise<boolean> {
  if (engine === "sqlite") return true;
  return (await db.selectFrom("api_application").select("id").where("id", "=", id).forNoKeyUpdate().executeTakeFirst()) !== undefined;
}

/** The same for a key. */
export async function keepCredential({ engine, db }: Transaction, id: number): Promise<boolean> {
  if (engine === "sqlite") return true;
  return (await db.selectFrom("api_credential").select("id").where("id", "=", id).forNoKeyUpdate().executeTakeFirst()) !== undefined;
}

/** The programs that an account has made, oldest first. */
export async function findApplicationsOf(db: Queryable, accountId: number): Promise<ApplicationRow[]> {
  return applications(db).where("api_application.account_id", "=", accountId).orderBy("api_application.id").execute();
}

/** The key that waits for somebody's agreement and has one of these hashes, be its time over or not. */
export async function findPendingCredential(db: Queryable, hashes: readonly string[]): Promise<CredentialRow | undefined> {
  return credentials(db).where("api_credential.validation_hash", "in", hashes).where("api_credential.state", "=", "pendingValidation").executeTakeFirst();
}

/** The keys by which programs act for an account, oldest first; `id`: only this one. */
export async function findCredentialsOf(db: Queryable, accountId: number, id?: number): Promise<CredentialRow[]> {
  const mine = credentials(db).where("api_credential.account_id", "=", accountId).orderBy("api_credential.id");
  return (id === undefined ? mine : mine.where("api_credential.id", "=", id)).execute();
}

/** The one key of an OAuth2 client. */
export async function findClient(db: Queryable, clientId: string): Promise<(CredentialRow & { secret_sealed: string }) | undefined> {
  return credentials(db)
    .select("api_application.secret_sealed")
    .where("api_application.kind", "=", "client")
    .where("api_application.application_key", "=", clientId)
    .executeTakeFirst();
}

export async function countApplications(db: Queryable, accountId: number): Promise<number> {
  const count = db.selectFrom("api_application").select(sql<number>`count(*)`.as("n"));
  return (await count.where("account_id", "=", accountId).executeTakeFirstOrThrow()).n;
}

/** How many keys of an account can be used at `now` (ms). */
export async function countLivingCredentials(db: Queryable, accountId: number, now: number): Promise<number> {
  const { n } = await db
    .selectFrom("api_credential")
    .select(sql<number>`count(*)`.as("n"))
    .where("account_id", "=", accountId)
    .where("state", "=", "validated")
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", now)]))
    .executeTakeFirstOrThrow();
  return n;
}

/** Settles a key that waits for agreement. False: somebody else was first. */
export async function settlePending(
  db: Queryable,
  id: number,
  settled: Pick<Selectable<ApiCredentialTable>, "account_id" | "expires_at"> & { state: "validated" | "refused" },
): Promise<boolean> {
  const row = await db
    .updateTable("api_credential")
    .set({ ...settled, validation_hash: null })
    .where("id", "=", id)
    .where("state", "=", "pendingValidation")
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

export async function restrictAddresses(db: Queryable, id: number, allowedIPs: readonly string[] | null): Promise<void> {
  const allowed_ips_json = allowedIPs === null ? null : JSON.stringify(allowedIPs);
  await db.updateTable("api_credential").set({ allowed_ips_json }).where("id", "=", id).execute();
}

/** Ends a key, and every access token of it. */
export async function deleteCredential(db: Queryable, id: number): Promise<void> {
  await db.deleteFrom("api_credential").where("id", "=", id).execute();
}

/** Ends a program with all its keys, whosever they are. */
export async function deleteApplication(db: Queryable, id: number): Promise<void> {
  await db.deleteFrom("api_application").where("id", "=", id).execute();
}

/** Ends every key that acts for an account. */
export async function deleteCredentialsOf(db: Queryable, accountId: number): Promise<void> {
  await db.deleteFrom("api_credential").where("account_id", "=", accountId).execute();
}

/** Ends every key that acts for an account, and every program that it has made. */
export async function deleteKeysOf(db: Queryable, accountId: number): Promise<void> {
  await deleteCredentialsOf(db, accountId);
  await db.deleteFrom("api_application").where("account_id", "=", accountId).execute();
}

export async function insertToken(db: Queryable, token: { token_hash: string; credential_id: number; expires_at: number }): Promise<void> {
  await db.insertInto("api_token").values(token).execute();
}

export async function deleteTokensOf(db: Queryable, credentialId: number): Promise<void> {
  await db.deleteFrom("api_token").where("credential_id", "=", credentialId).execute();
}

/** Deletes up to `atMost` access tokens that have ended by `now` (ms); gives their number. */
export async function deleteOldTokens(db: Queryable, now: number, atMost: number): Promise<number> {
  const old = db.selectFrom("api_token").select("token_hash").where("expires_at", "<=", now).limit(atMost);
  return Number((await db.deleteFrom("api_token").where("token_hash", "in", old).where("expires_at", "<=", now).executeTakeFirst()).numDeletedRows);
}

/** Deletes up to `atMost` keys to which nobody has agreed in time (at `now`), or that ended at `before` (ms) or earlier; an OAuth2 client goes with its key. */
export async function deleteOldCredentials(db: Queryable, now: number, before: number, atMost: number): Promise<number> {
  const old = await credentials(db)
    .where("api_credential.expires_at", "<=", now)
    .where((where) => where.or([where("api_credential.state", "!=", "validated"), where("api_credential.expires_at", "<=", before)]))
    .limit(atMost)
    .execute();
  for (const row of old) {
    if (row.kind === "client") await deleteApplication(db, row.application_id);
    // Somebody may have agreed to it meanwhile.
    else await db.deleteFrom("api_credential").where("id", "=", row.id).where("expires_at", "<=", now).where("state", "=", row.state).execute();
  }
  return old.length;
}
