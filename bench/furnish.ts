import { sql } from "kysely";
import { requestChange } from "../src/actions/changes/request-change.ts";
import type { AccountActor, Context } from "../src/context.ts";
import { sessionExpiry } from "../src/domain/session-life.ts";
import { openSecrets } from "../src/outbox/enqueue.ts";
import { insertApplication, insertCredential } from "../src/storage/queries/api-keys.ts";
import { insertSession } from "../src/storage/queries/sessions.ts";
import { application, consumerKeyOf, sessionOf } from "./bench-keys.ts";
import type { People } from "./fill.ts";

export type Person = { id: number; handle: string };
/** A service that `admin` can ask to give to `newcomer`. */
export type Askable = { serviceId: number; name: string; admin: Person; newcomer: Person };
/** An open request, and who accepts it with which code. */
export type Answerable = { id: number; answers: { by: Person; code: string }[] };
export type Furniture = { askable: Askable[]; answerable: Answerable[]; listed: Person; named: string[] };

/** How many accounts of the crowd take part, how many requests one account has open, and how many names are asked about at once. */
const [mostAskers, listed, named] = [10_000, 60, 1000];

/** Keys and sessions for those who call, and requests that wait for their answers: everything that a load needs and cannot make itself. */
export async function furnish(context: Context, people: People, answers: number): Promise<Furniture> {
  const crowd = await crowdOf(context, people.crowd);
  const [first] = people.more;
  if (!first) throw new Error("nobody has requests");
  await addKeys(context, [first, ...people.more, people.huge, people.holder, ...crowd.map((one) => one.admin)]);
  for (const one of [...people.more, people.huge]) await addSession(context, one);
  const own = await servicesOf(context, first, people.other, named / 2);
  await askAll(context, own.slice(0, listed));
  const answerable = await askAll(context, crowd.slice(0, answers));
  await settle(context);
  return { askable: crowd.slice(answers), answerable, listed: first, named: [...own, ...crowd.slice(-named / 2)].map((one) => one.name) };
}

/** Services of the crowd, the next of its holders as the newcomer to each; one service of everybody after another. They lie all over a large site, as callers do. */
async function crowdOf(context: Context, from: number): Promise<Askable[]> {
  const holders = context.store.read
    .selectFrom("membership_count")
    .innerJoin("account", "account.id", "membership_count.account_id")
    .where("account.id", ">=", from);
  const { all } = await holders.select(({ fn }) => fn.countAll<number | string>().as("all")).executeTakeFirstOrThrow();
  const step = Math.ceil(Number(all) / mostAskers);
  const spread = holders.where(sql<boolean>`(account.id - ${sql.lit(from)}) % ${sql.lit(step)} = 0`);
  const crowd = await spread.select(["account.id", "account.handle"]).orderBy("account.id").execute();
  const services: Askable[][] = [];
  for (const [at, admin] of crowd.entries()) services.push(await servicesOf(context, admin, crowd[(at + 1) % crowd.length] ?? admin, 10));
  return Array.from({ length: 10 }, (_, at) => services.flatMap((own) => own[at] ?? [])).flat();
}

async function servicesOf({ store }: Context, admin: Person, newcomer: Person, most: number): Promise<Askable[]> {
  const memberships = store.read.selectFrom("membership").select(["service_id", "name"]).where("account_id", "=", admin.id);
  const rows = await memberships.orderBy("name").limit(most).execute();
  return rows.map(({ service_id, name }) => ({ serviceId: service_id, name, admin: personOf(admin), newcomer: personOf(newcomer) }));
}

const personOf = ({ id, handle }: Person): Person => ({ id, handle });
const actorOf = (person: Person): AccountActor => ({ kind: "account", ...person, source: "bench" });

/** Asks for the technical contact of each; gives the codes of the letters. */
export async function askAll(context: Context, services: readonly Askable[]): Promise<Answerable[]> {
  const open: Answerable[] = [];
  // As many as share a commit on SQLite; on PostgreSQL no more than have a connection.
  const together = context.store.engine === "sqlite" ? 64 : 8;
  for (let at = 0; at < services.length; at += together) open.push(...(await Promise.all(services.slice(at, at + together).map((one) => ask(context, one)))));
  return open;
}

async function ask(context: Context, { serviceId, admin, newcomer }: Askable): Promise<Answerable> {
  const { ids } = await requestChange(context, actorOf(admin), { serviceId, contacts: { tech: newcomer.handle } });
  const id = ids[0] ?? 0;
  const letters = await context.store.read.selectFrom("outbox").select(["id", "account_id", "sealed"]).where("request_id", "=", id).execute();
  return {
    id,
    answers: letters.map((row) => ({ by: row.account_id === admin.id ? admin : newcomer, code: openSecrets(context, row)?.[0] ?? "" })),
  };
}

async function addKeys({ store, secrets }: Context, people: readonly Person[]): Promise<void> {
  const everybody = [...new Map(people.map((one) => [one.id, one])).values()];
  const sealed = secrets.seal("api", application.secret, application.key);
  const owner = everybody[0]?.id ?? 0;
  await store.write(async ({ db }) => {
    const program = { account_id: owner, kind: "signed" as const, application_key: application.key, secret_sealed: sealed, name: "Bench", description: "" };
    const id = await insertApplication(db, { ...program, created_at: Date.now() });
    const rules_json = JSON.stringify(["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path: "/*" })));
    for (const { id: account_id, handle } of everybody) {
      const key_hash = secrets.hash("api", consumerKeyOf(handle));
      const key = { key_hash, key_sealed: secrets.seal("api", consumerKeyOf(handle), key_hash), validation_hash: null };
      const life = { state: "validated" as const, created_at: Date.now(), expires_at: null, last_used_at: Date.now() };
      await insertCredential(db, { ...key, ...life, application_id: id, account_id, rules_json, allowed_ips_json: null, redirection: null });
    }
  });
}

async function addSession({ store, secrets }: Context, { id, handle }: Person): Promise<void> {
  const now = Date.now();
  const row = { id_hash: secrets.hash("session", sessionOf(handle)), account_id: id, created_at: now, last_seen_at: now, expires_at: sessionExpiry(now, now) };
  await store.write(({ db }) => insertSession(db, row));
}

/** As if every letter had arrived; nobody is reminded, and nothing expires while it lies in the cache. */
async function settle({ store }: Context): Promise<void> {
  await store.write(async ({ db }) => {
    await db.updateTable("outbox").set({ state: "sent", sealed: null, sent_at: Date.now() }).execute();
    await db.updateTable("change_request").set({ remind_at: null, expires_at: 4_000_000_000_000 }).execute();
  });
}
