import type { AccountActor } from "../../../../src/context.ts";
import type { Role } from "../../../../src/domain/role.ts";
import { insertServices } from "../../../../src/storage/queries/insert-services.ts";
import { type Name, names } from "../../../support/cast.ts";
import type { World } from "../../../support/world.ts";
import { type Model, serviceAt } from "./reference-model.ts";

/** Six people and two services in a world that other scenes have used before. */
export type Scene = {
  world: World;
  who: Readonly<Record<Name, AccountActor>>;
  services: readonly { id: number; name: string }[];
  model: Model;
  /** How each request has ended that was seen to have. */
  ended: Map<number, string>;
};

/** `number`: of the scene in this world. */
export async function openScene(world: World, number: number): Promise<Scene> {
  const beginning: Record<Role, Name> = { admin: "alice", tech: "bob", billing: "carol" };
  const holders = [beginning, { admin: "bob", tech: "bob", billing: "alice" } as const];
  const now = world.clock.now();
  return world.store.write(async ({ db }) => {
    const values = names.map((name, i) => ({ ...person(name, now), handle: `mo${number * names.length + i + 1_000_000}-ovh` }));
    const accounts = await db.insertInto("account").values(values).returning(["id", "handle", "name"]).execute();
    const who = Object.fromEntries(accounts.map(({ id, handle, name }) => [name, { kind: "account", id, handle, source: "127.0.0.1" }])) as Scene["who"];
    const wanted = holders.map((one, i) => ({ ...service(now), ...idsOf(who, one), name: `model-${number}-${i}.example` }));
    const services = await insertServices(db, wanted);
    const model: Model = {
      services: holders.map((one) => ({ holders: { ...one }, locked: false, removed: false })),
      requests: [],
      status: { alice: "active", bob: "active", carol: "active", dave: "active", erin: "active", mallory: "active" },
      late: new Set(),
      blocked: new Map(),
      used: new Map(),
      now,
    };
    return {
      world,
      who,
      services: services.map(({ id, name }) => ({ id, name })).sort((one, other) => (one.name < other.name ? -1 : 1)),
      model,
      ended: new Map(),
    };
  });
}

function person(name: Name, now: number) {
  const email = `${name}@example.com`;
  const rest = { language: "en", password_hash: null, status: "active", asking_blocked_until: null } as const;
  return { name, email, email_key: email, email_verified_at: now, created_at: now, ...rest };
}

function service(now: number) {
  const rest = { product: "domain", created_on: "2025-01-15", expires_on: null, renewal: "automatic", removed_at: null } as const;
  return { ...rest, arrived_at: now, owner_json: JSON.stringify({ name: "", organisation: "", address: "", email: "", phone: "" }) };
}

function idsOf(who: Scene["who"], holders: Readonly<Record<Role, Name>>) {
  return { admin_id: who[holders.admin].id, tech_id: who[holders.tech].id, billing_id: who[holders.billing].id };
}

/** The services with the ids of those who should hold their roles. */
export function servicesIn({ model, services, who }: Scene): { id: number; removed: boolean; expected: Record<Role, number> }[] {
  return services.map(({ id }, index) => {
    const { holders, removed } = serviceAt(model, index);
    return { id, removed, expected: { admin: who[holders.admin].id, tech: who[holders.tech].id, billing: who[holders.billing].id } };
  });
}
