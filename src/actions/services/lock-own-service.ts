import { refuse } from "../../domain/refusal.ts";
import { type Role, rolesHeldBy } from "../../domain/role.ts";
import { findService, holdersOf, lockService, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";

type Own = { service: ServiceRow; held: Role[] };

/** Locks a service on which the account has a role, and says which; for others there is none, and before any lock: they hold up nobody by naming it. */
export async function lockOwnService(tx: Transaction, accountId: number, id: number): Promise<Own> {
  ownService(accountId, id, await findService(tx.db, id));
  return ownService(accountId, id, await lockService(tx.db, id));
}

function ownService(accountId: number, id: number, service: ServiceRow | undefined): Own {
  const held = service ? rolesHeldBy(accountId, holdersOf(service)) : [];
  if (!service || held.length === 0) refuse({ code: "service-not-found", service: String(id) });
  return { service, held };
}
