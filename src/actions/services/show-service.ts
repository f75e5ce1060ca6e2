import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { type Role, rolesHeldBy } from "../../domain/role.ts";
import { type ContactMove, contactHistory } from "../../storage/queries/contact-history.ts";
import { findService, findServiceByName, holdersOf, type ServiceRow } from "../../storage/queries/services.ts";
import type { Owner } from "../../storage/tables.ts";
import { type ListedService, presentServices } from "./listed-service.ts";
import { ownerOf } from "./owner.ts";
import { nameToFind } from "./product-name.ts";

/** A service as its contacts see it on its own page. */
export type ServiceView = ListedService & {
  owner: Owner;
  /** Newest first. */
  history: ContactMove[];
  may: { changeRoles: Role[]; editOwner: boolean };
};

/** A service, for its present contacts only; for everybody else it does not exist (§4 of SPEC.md). */
export async function showService(context: Context, actor: AccountActor, input: { id: number }): Promise<ServiceView> {
  const service = await findService(context.store.read, input.id);
  return view(context, actor, service, String(input.id));
}

/** A service as its contacts see it in a list, with its owner. */
export type OwnService = ListedService & { owner: Owner };

/** The same without its history, by product and name in any form. */
export async function findServiceOf(context: Context, actor: AccountActor, input: { product: string; name: string }): Promise<OwnService> {
  const service = await findServiceByName(context.store.read, input.product, nameToFind(context.settings, input));
  return own(context, actor, service, input.name);
}

/** Its id alone, for what is done to it. */
export async function findServiceId(context: Context, actor: AccountActor, input: { product: string; name: string }): Promise<number> {
  return ofContact(actor, await findServiceByName(context.store.read, input.product, nameToFind(context.settings, input)), input.name).id;
}

/** Who held which role before, newest first; `id`: of a service that `actor` has been seen to be a contact of. */
export async function showHistory(context: Context, actor: AccountActor, id: number): Promise<ContactMove[]> {
  return contactHistory(context.store.read, id, actor.id, mostMoves);
}

const mostMoves = 100;

function ofContact(actor: AccountActor, service: ServiceRow | undefined, asked: string): ServiceRow {
  if (!service || rolesHeldBy(actor.id, holdersOf(service)).length === 0) refuse({ code: "service-not-found", service: asked });
  return service;
}

async function own(context: Context, actor: AccountActor, found: ServiceRow | undefined, asked: string): Promise<OwnService> {
  const service = ofContact(actor, found, asked);
  const [listed] = await presentServices(context.store.read, context.settings, [service], actor.id, context.clock());
  if (!listed) throw new Error(`service ${service.id} is missing`);
  return { ...listed, owner: ownerOf(service) };
}

async function view(context: Context, actor: AccountActor, service: ServiceRow | undefined, asked: string): Promise<ServiceView> {
  const seen = await own(context, actor, service, asked);
  const product = context.settings.products.find((one) => one.path === seen.product);
  return {
    ...seen,
    history: await showHistory(context, actor, seen.id),
    may: { changeRoles: seen.mayChange, editOwner: product?.ownerEditable === true && seen.myRoles.includes("admin") },
  };
}
