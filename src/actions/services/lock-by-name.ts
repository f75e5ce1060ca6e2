import type { Settings } from "../../config.ts";
import { refuse } from "../../domain/refusal.ts";
import { findServiceByName, lockService, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { nameToFind } from "./product-name.ts";

/** Locks the service of this name for a deed of the operator; refuses where there is none. */
export async function lockByName(settings: Settings, tx: Transaction, named: { product: string; name: string }): Promise<ServiceRow> {
  const found = await findServiceByName(tx.db, named.product, nameToFind(settings, named));
  const service = found && (await lockService(tx.db, found.id));
  return service ?? refuse({ code: "service-not-found", service: named.name });
}
