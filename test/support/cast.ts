import type { Updateable } from "kysely";
import type { WantedContacts } from "../../src/actions/changes/judge-change.ts";
import { requestChange } from "../../src/actions/changes/request-change.ts";
import type { Settings } from "../../src/config.ts";
import type { AccountActor, Actor } from "../../src/context.ts";
import type { Role } from "../../src/domain/role.ts";
import { openSecrets } from "../../src/outbox/enqueue.ts";
import { insertServices } from "../../src/storage/queries/insert-services.ts";
import type { AccountTable } from "../../src/storage/tables.ts";
import type { OpenStore } from "./each-store.ts";
import { createWorld, type World } from "./world.ts";

export const names = ["alice", "bob", "carol", "dave", "erin", "mallory"] as const;
export type Name = (typeof names)[number];

export const operator: Actor = { kind: "operator", source: "test" };

/** A letter in the outbox, with the code that only its recipient will see. */
export type Mail = { id: string; to: string; letter: string; state: string; facts: Record<string, unknown>; code: string; requestId: number | null };

/**
 * alice (admin), bob (tech) and carol (billing) of `example.net`; dave and erin, who could be newcomers; mallory, who is nobody here.
 * All are verified and in good standing.
 */
export interface Stage extends World {
  readonly who: Readonly<Record<Name, AccountActor>>;
  readonly serviceId: number;
  /** Adds a service with these contacts; those left out are alice's. */
  addService(name: string, contacts?: Partial<Record<Role, Name>>, more?: { expiresOn?: string; product?: string }): Promise<number>;
  /** Changes columns of an account, as only the passing of time or an operator could. */
  alter(name: Name, columns: Updateable<AccountTable>): Promise<void>;
  /** An unpaid invoice of this account, due on this day. */
  owes(name: Name, dueOn: string): Promise<void>;
  /** Asks for other contacts; handles by name. */
  ask(asker: Name, contacts: Partial<Record<Role, Name>>, serviceId?: number): Promise<number[]>;
  /** All letters, or those to one account, oldest first. */
  mails(to?: Name): Promise<Mail[]>;
  /** The code in the newest letter about this request to this account. */
  codeOf(name: Name, id: number): Promise<string>;
  /** Who holds the roles of the service, by name. */
  contacts(serviceId?: number): Promise<Record<Role, Name>>;
}

export async function createStage(options: Partial<Settings> = {}, openStore?: OpenStore): Promise<Stage> {
  const world = await createWorld(options, openStore);
  const { context, store } = world;
  const who = {} as Record<Name, AccountActor>;
  for (const [i, name] of names.entries()) who[name] = await addAccount(world, name, `${name.slice(0, 2)}${100001 + i}-ovh`);
  const nameOf = (id: number): Name => names.find((name) => who[name].id === id) ?? "mallory";

  const addService: Stage["addService"] = (name, contacts = {}, more = {}) =>
    store.write(async (tx) => {
      const values = {
        product: more.product ?? "domain",
        name,
        admin_id: who[contacts.admin ?? "alice"].id,
        tech_id: who[contacts.tech ?? "alice"].id,
        billing_id: who[contacts.billing ?? "alice"].id,
        created_on: "2025-01-15",
        expires_on: more.expiresOn ?? null,
        renewal: "automatic" as const,
        owner_json: JSON.stringify({ name: "", organisation: "", address: "", email: "", phone: "" }),
        arrived_at: await tx.now(),
        removed_at: null,
      };
      const [row] = await insertServices(tx.db, [values]);
      if (!row) throw new Error(`${name} exists`);
      return row.id;
    });
  const serviceId = await addService("example.net", { tech: "bob", billing: "carol" });

  const stage: Stage = {
    ...world,
    who,
    serviceId,
    addService,
    async alter(name, columns) {
      await store.write((tx) => tx.db.updateTable("account").set(columns).where("id", "=", who[name].id).execute());
    },
    async owes(name, dueOn) {
      const invoice = { id: `${name}-${dueOn}`, account_id: who[name].id, order_ref: "o1", amount_minor: 1200, currency: "EUR" };
      await store.write((tx) =>
        tx.db
          .insertInto("invoice")
          .values({ ...invoice, issued_on: "2025-12-01", due_on: dueOn, paid_on: null })
          .execute(),
      );
    },
    async ask(asker, contacts, id = serviceId) {
      const wanted: WantedContacts = {};
      for (const [role, name] of Object.entries(contacts) as [Role, Name][]) wanted[role] = who[name].handle;
      return (await requestChange(context, who[asker], { serviceId: id, contacts: wanted })).ids;
    },
    async mails(to) {
      const rows = await store.read.selectFrom("outbox").selectAll().orderBy("created_at").orderBy("id").execute();
      const wanted = to === undefined ? rows : rows.filter((row) => row.account_id === who[to].id);
      return wanted.map((row) => ({
        id: row.id,
        to: nameOf(row.account_id),
        letter: row.letter,
        state: row.state,
        facts: JSON.parse(row.facts_json) as Record<string, unknown>,
        code: openSecrets(context, row)?.[0] ?? "",
        requestId: row.request_id,
      }));
    },
    async codeOf(name, id) {
      const row = await store.read
        .selectFrom("outbox")
        .selectAll()
        .where("account_id", "=", who[name].id)
        .where("request_id", "=", id)
        .where("sealed", "is not", null)
        .executeTakeFirstOrThrow();
      return openSecrets(context, row)?.[0] ?? "";
    },
    async contacts(id = serviceId) {
      const row = await store.read.selectFrom("service").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      return { admin: nameOf(row.admin_id), tech: nameOf(row.tech_id), billing: nameOf(row.billing_id) };
    },
  };
  return stage;
}

async function addAccount({ store, clock }: World, name: Name, handle: string): Promise<AccountActor> {
  const email = `${name}@example.com`;
  const { id } = await store.write((tx) =>
    tx.db
      .insertInto("account")
      .values({
        handle,
        name: `${name[0]?.toUpperCase()}${name.slice(1)} Example`,
        email,
        email_key: email,
        email_verified_at: clock.now(),
        language: "en",
        password_hash: null,
        status: "active",
        asking_blocked_until: null,
        created_at: clock.now(),
      })
      .returning("id")
      .executeTakeFirstOrThrow(),
  );
  return { kind: "account", id, handle, source: "127.0.0.1" };
}

/** Asserts on a refusal: `await refusal(accept(…))` gives its detail; anything else fails. */
export async function refusal(promise: Promise<unknown>): Promise<{ code: string } & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && error.name === "Refusal" && "detail" in error) return error.detail as { code: string };
    throw error;
  }
  throw new Error("nothing was refused");
}
