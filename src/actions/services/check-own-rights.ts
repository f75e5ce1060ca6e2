import type { AccountActor, Context } from "../../context.ts";
import { type Deed, mayDo, type Verdict } from "../../domain/right.ts";
import { findHoldersByName } from "../../storage/queries/rights.ts";
import { nameToFind } from "./product-name.ts";

export type OwnRights = { deed: Deed; product: string; names: readonly string[] };

/** "May I do this here?" (§3 of SPEC.md) for services of one product, in any number; the answers in their order. What is unknown is nobody's: no role. */
export async function checkOwnRights(context: Context, actor: AccountActor, { deed, product, names }: OwnRights): Promise<Verdict[]> {
  const stored = names.map((name) => nameToFind(context.settings, { product, name }).toWellFormed());
  const holders = await findHoldersByName(context.store.read, product, stored);
  // That the account is active has been seen when its key was: each call reads it.
  return stored.map((name) => mayDo(deed, { id: actor.id, active: true }, holders.get(name) ?? nobody));
}

/** Accounts are numbered from 1. */
const nobody = { admin: 0, tech: 0, billing: 0 };
