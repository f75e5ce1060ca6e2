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

/** The same, by product and name in any form. */
export async function findServiceOf(context: Context, actor: AccountActor, input: { product: string; name: string }): Promise<ServiceView> {
  const service = await findServiceByName(context.store.read, input.product, nameToFind(context.settings, input));
  return view(context, actor, service, input.name);
}

async function view(context: Context, actor: AccountActor, service: ServiceRow | undefined, asked: string): Promise<ServiceView> {
  if (!service || rolesHeldBy(actor.id, holdersOf(service)).length === 0) refuse({ code: "service-not-found", service: asked });
  const db = context.store.read;
  const [listed] = await presentServices(db, context.settings, [service], actor.id, context.clock());
  if (!listed) throw new Error(`service ${service.id} is missing`);
  const product = context.settings.products.find((one) => one.path === service.product);
  return {
    ...listed,
    owner: ownerOf(service),
    history: await contactHistory(db, service.id, actor.id, 100),
    may: { changeRoles: listed.mayChange, editOwner: product?.ownerEditable === true && listed.myRoles.includes("admin") },
  };
}
