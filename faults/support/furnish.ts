import { randomBytes } from "node:crypto";
import { type Secrets, secretsFrom } from "../../src/auth/secrets.ts";
import { apiMethods } from "../../src/domain/access-rule.ts";
import type { Role } from "../../src/domain/role.ts";
import { insertServices } from "../../src/storage/queries/insert-services.ts";
import type { Store, Transaction } from "../../src/storage/store.ts";

/** The secret of every server that the bench starts. */
export const benchSecret = "a secret of the fault bench that guards nothing at all";
export const benchSecrets: Secrets = secretsFrom([benchSecret]);

/** Somebody with a key whose secrets are known. */
export type Player = { id: number; handle: string; email: string; key: { application: string; secret: string; consumer: string } };
/** A service as the API names it. */
export type StageService = { id: number; product: string; name: string };
export type BenchCast = { accounts: readonly Player[]; services: readonly StageService[] };
/** `bystanders`: accounts with keys that have nothing to do with any service. */
type Wanted = { services: number; accounts: number; bystanders?: number };

/** Fills a migrated store with accounts in good standing that have keys, and services whose contacts are some of them. */
export async function furnish(store: Store, secrets: Secrets, wanted: Wanted): Promise<BenchCast & { bystanders: readonly Player[] }> {
  return store.write(async (tx) => {
    const accounts: Player[] = [];
    for (let n = 0; n < wanted.accounts; n++) accounts.push(await addPlayer(tx, secrets, n));
    const bystanders: Player[] = [];
    for (let n = 0; n < (wanted.bystanders ?? 0); n++) bystanders.push(await addPlayer(tx, secrets, wanted.accounts + n));
    return { accounts, bystanders, services: await addServices(tx, accounts, wanted.services) };
  });
}

/** Lets a day pass for the limits: nothing that was counted stands in the way, and codes can be sent again. */
export async function forgetLimits(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx.db.deleteFrom("rate_limit").execute();
    const before = (await tx.now()) - 120_000;
    await tx.db.updateTable("approval").set({ sent_at: before }).where("answer", "is", null).where("sent_at", ">", before).execute();
  });
}

async function addPlayer(tx: Transaction, secrets: Secrets, n: number): Promise<Player> {
  const [handle, email] = [`fb${100_000 + n}-ovh`, `player${n}@players.example`];
  const now = await tx.now();
  const { id } = await tx.db
    .insertInto("account")
    .values({
      handle,
      name: `Player ${n}`,
      email,
      email_key: email,
      email_verified_at: now,
      language: "en",
      password_hash: null,
      status: "active",
      asking_blocked_until: null,
      created_at: now,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id, handle, email, key: await addKey(tx, secrets, id) };
}

/** The rows that making an application and agreeing to its key leave behind. */
async function addKey(tx: Transaction, secrets: Secrets, account: number): Promise<Player["key"]> {
  const [application, secret, consumer] = [8, 16, 16].map((bytes) => randomBytes(bytes).toString("hex")) as [string, string, string];
  const now = await tx.now();
  const keyHash = secrets.hash("api", consumer);
  const made = await tx.db
    .insertInto("api_application")
    .values({
      account_id: account,
      kind: "signed",
      application_key: application,
      secret_sealed: secrets.seal("api", secret, application),
      name: "Fault bench",
      description: "",
      created_at: now,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await tx.db
    .insertInto("api_credential")
    .values({
      application_id: made.id,
      account_id: account,
      key_hash: keyHash,
      key_sealed: secrets.seal("api", consumer, keyHash),
      validation_hash: null,
      rules_json: JSON.stringify(apiMethods.map((method) => ({ method, path: "/*" }))),
      allowed_ips_json: null,
      redirection: null,
      state: "validated",
      created_at: now,
      expires_at: null,
      last_used_at: null,
    })
    .execute();
  return { application, secret, consumer };
}

async function addServices(tx: Transaction, accounts: readonly Player[], count: number): Promise<StageService[]> {
  const holder = (service: number, role: Role): number => accounts[(service * 3 + ["admin", "tech", "billing"].indexOf(role)) % accounts.length]?.id ?? 0;
  const now = await tx.now();
  const values = Array.from({ length: count }, (_, n) => ({
    product: "domain",
    name: `stage${n}.example`,
    admin_id: holder(n, "admin"),
    tech_id: holder(n, "tech"),
    billing_id: holder(n, "billing"),
    created_on: "2025-01-15",
    expires_on: null,
    renewal: "automatic" as const,
    owner_json: JSON.stringify({ name: "", organisation: "", address: "", email: "", phone: "" }),
    arrived_at: now,
    removed_at: null,
  }));
  const rows = await insertServices(tx.db, values);
  return rows.map(({ id, product, name }) => ({ id, product, name })).sort((one, other) => one.id - other.id);
}
