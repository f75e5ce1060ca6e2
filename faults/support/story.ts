// A story of its own process, for faults of the disk: `node faults/support/story.ts '{"file": …, "ledger": …, "services": 6, "requests": 100}'`.
// Real actions and the real outbox on the real store; what was confirmed is written down in `ledger` at once.

import { randomBytes } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { acceptChange } from "../../src/actions/changes/accept-change.ts";
import { refuseChange } from "../../src/actions/changes/refuse-change.ts";
import { requestChange } from "../../src/actions/changes/request-change.ts";
import { orderService } from "../../src/actions/services/order-service.ts";
import { secretsFrom } from "../../src/auth/secrets.ts";
import { loadSettings } from "../../src/config.ts";
import type { AccountActor, Context } from "../../src/context.ts";
import { Refusal } from "../../src/domain/refusal.ts";
import type { Transport } from "../../src/mail/transport.ts";
import { startOutbox } from "../../src/outbox/worker.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { type Store, StoreUnavailable } from "../../src/storage/store.ts";
import { codeLink } from "./mail-sink.ts";
import { seededRandom } from "./seeded-random.ts";
import type { StoryEvent } from "./story-events.ts";

export type StoryOptions = {
  /** The database. */
  file: string;
  /** Where events are written down. */
  ledger: string;
  seed: number;
  services: number;
  /** Requests that are asked and answered; then the story ends. */
  requests: number;
  /** After each request: open the store anew, and read by a stream. */
  reopen: boolean;
  /** Ends as by a power failure: nothing is closed, and the log stays beside the database. */
  abandon?: boolean;
};

const options = JSON.parse(process.argv[2] ?? "{}") as StoryOptions;
const random = seededRandom(options.seed, "story");
const ledger = openSync(options.ledger, "a");
const people = ["alice", "bob", "dave"] as const;
type Person = (typeof people)[number];

/** Hours pass between two requests, so that no limit a day is met. */
let now = Date.UTC(2026, 0, 15, 12);
/** Codes that have come by mail, by request and address. */
const codes = new Map<string, string>();
let requests = 0;

async function main(): Promise<void> {
  let store = await open();
  await confirmed("migrate", () => store.migrate());
  note({ did: "migrated" });
  const who = await furnish(contextOf(store));
  while (requests < options.requests) {
    const outbox = startOutbox(contextOf(store), mailbox);
    const context = { ...contextOf(store), lettersWaiting: () => outbox.wake() };
    const before = requests;
    const enough = (): boolean => requests >= options.requests || (options.reopen && requests > before);
    await Promise.all(services().map((service) => hands(context, who, service, enough)));
    if (options.reopen) await stream(store);
    await outbox.stop();
    if (options.abandon) process.kill(process.pid, "SIGKILL");
    await store.close();
    if (requests < options.requests) store = await open();
  }
}

function note(event: StoryEvent): void {
  writeSync(ledger, `${JSON.stringify(event)}\n`);
}

/** Like a client: again after a pause, until it is taken. Reads go on meanwhile, where there is a store to read. */
async function confirmed<T>(what: string, attempt: () => Promise<T>, store?: Store): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (!(error instanceof StoreUnavailable)) note({ did: "fault", text: `${what}: not StoreUnavailable but ${String(error)}` });
      if (tries > 1000) throw error;
      note({ did: "unavailable", what });
      if (store) await readsGoOn(what, store);
    }
    await sleep(2);
  }
}

async function readsGoOn(what: string, store: Store): Promise<void> {
  try {
    await store.read.selectFrom("service").selectAll().execute();
    await store.read.selectFrom("outbox").selectAll().orderBy("created_at", "desc").limit(20).execute();
  } catch (error) {
    note({ did: "fault", text: `${what}: reading fails too: ${String(error)}` });
  }
}

/** A start that the disk refuses is refused with the file's name, and tried again. */
async function open(): Promise<Store> {
  for (let tries = 1; ; tries++) {
    try {
      return await openSqlite({ file: options.file, clock: () => now });
    } catch (error) {
      if (tries > 1000) throw error;
      note({ did: "unavailable", what: "open" });
      if (!String(error).includes(options.file)) note({ did: "fault", text: `open: refused without the name of the file: ${String(error)}` });
    }
    await sleep(2);
  }
}

function contextOf(store: Store): Context {
  const read = loadSettings(
    { HANDOVER_SECRET: "5".repeat(64), HANDOVER_BASE_URL: "https://handover.example.com", HANDOVER_SMTP_URL: "smtp://localhost" },
    "serve",
  );
  if ("problems" in read) throw new Error(read.problems.join("\n"));
  const { settings } = read;
  const secrets = secretsFrom(settings.secrets);
  return { store, settings, secrets, log: pino({ level: "silent" }), clock: () => now, random: randomBytes, lettersWaiting: () => {} };
}

/** Writes down that a letter has left before it says so, as a mail server has it before we know. */
const mailbox: Transport = {
  async deliver({ id, to, write }) {
    note({ did: "mailed", mail: id });
    const found = codeLink.exec(write().text);
    if (found?.[1] && found[2]) codes.set(`${found[1]} ${to}`, found[2].trim());
    return { kind: "sent" };
  },
  close() {},
};

type People = Record<Person, AccountActor>;

async function furnish(context: Context): Promise<People> {
  const who = {} as People;
  for (const [i, name] of people.entries()) who[name] = await addAccount(context, name, `${name.slice(0, 2)}${100001 + i}-ovh`);
  for (const service of services()) {
    const order = { product: "domain", name: service, account: who.alice.handle };
    await confirmed("order", () => orderOnce(context, order), context.store);
    note({ did: "ordered", service });
  }
  return who;
}

function services(): string[] {
  return Array.from({ length: options.services }, (_, i) => `example-${i}.net`);
}

async function addAccount({ store }: Context, name: Person, handle: string): Promise<AccountActor> {
  const email = `${name}@example.com`;
  const verified = { email, email_key: email, email_verified_at: now, asking_blocked_until: null, created_at: now };
  const row = { handle, name, ...verified, language: "en", password_hash: null, status: "active" } as const;
  const insert = () => store.write((tx) => tx.db.insertInto("account").values(row).returning("id").executeTakeFirstOrThrow());
  const { id } = await confirmed("account", insert, store);
  return { kind: "account", id, handle, source: "127.0.0.1" };
}

/** A repetition that finds the service there was told of no order that was kept. */
async function orderOnce(context: Context, order: { product: string; name: string; account: string }): Promise<void> {
  try {
    await orderService(context, { kind: "operator", source: "cli" }, order);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    note({ did: "fault", text: `order: refused as unavailable, but kept: ${error.detail.code}` });
  }
}

/** alice hands the technical side of a service to and fro between bob and dave. */
async function hands(context: Context, who: People, service: string, enough: () => boolean): Promise<void> {
  while (!enough()) {
    requests++;
    now += 3 * 60 * 60 * 1000;
    const { id: serviceId, tech_id } = await context.store.read
      .selectFrom("service")
      .select(["id", "tech_id"])
      .where("name", "=", service)
      .executeTakeFirstOrThrow();
    const newcomer = tech_id === who.bob.id ? "dave" : "bob";
    const asked = await confirmed("ask", () => requestChange(context, who.alice, { serviceId, contacts: { tech: who[newcomer].handle } }), context.store);
    const request = asked.ids[0] ?? 0;
    note({ did: "asked", request });
    await typo(context, who.alice, request);
    if (random() < 0.2) await answer(context, who, newcomer, request, "refused");
    else await Promise.all([answer(context, who, "alice", request, "accepted"), answer(context, who, newcomer, request, "accepted")]);
  }
}

async function typo(context: Context, actor: AccountActor, id: number): Promise<void> {
  if (random() > 0.2) return;
  const wrong = confirmed("typo", () => acceptChange(context, actor, { id, code: "not-the-code" }), context.store);
  await wrong.then(
    () => note({ did: "fault", text: `request ${id}: a wrong code was taken` }),
    () => {},
  );
}

async function answer(context: Context, who: People, name: Person, request: number, word: "accepted" | "refused"): Promise<void> {
  const code = await codeOf(request, `${name}@example.com`);
  const act = word === "accepted" ? acceptChange : refuseChange;
  try {
    const { state } = await confirmed(word, () => act(context, who[name], { id: request, code }), context.store);
    note({ did: "answered", request, account: who[name].id, answer: word, state });
  } catch (error) {
    note({ did: "fault", text: `request ${request}: ${name}'s right code was refused: ${error instanceof Refusal ? error.detail.code : String(error)}` });
  }
}

async function codeOf(request: number, to: string): Promise<string> {
  for (;;) {
    const code = codes.get(`${request} ${to}`);
    if (code !== undefined) return code;
    await sleep(2);
  }
}

/** Through a connection of its own, which is opened for it. */
async function stream(store: Store): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      for await (const _ of store.read.selectFrom("service").selectAll().stream()) continue;
      return;
    } catch (error) {
      if (tries > 1000) throw error;
      note({ did: "unavailable", what: "stream" });
    }
    await sleep(2);
  }
}

await main();
