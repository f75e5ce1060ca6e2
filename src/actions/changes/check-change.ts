import type { AccountActor, Context } from "../../context.ts";
import { approversOf, ruleFor } from "../../domain/change-policy.ts";
import { Refusal, type RefusalDetail } from "../../domain/refusal.ts";
import { type Role, roles } from "../../domain/role.ts";
import type { Person } from "../../mail/letters.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { accountIn } from "./change-facts.ts";
import { judgeChange, type WantedContacts } from "./judge-change.ts";

export type RoleCheck = { role: Role; refused: RefusalDetail } | { role: Role; from: Person; to: Person; approvers: Person[]; told: Person[] };

/** What would happen to each role if this change were asked for: who would have to agree, who would be told, or what forbids it. Asks nothing. */
export async function checkChange(context: Context, actor: AccountActor, input: { serviceId: number; contacts: WantedContacts }): Promise<RoleCheck[]> {
  const checks: RoleCheck[] = [];
  for (const role of roles) {
    const wanted = input.contacts[role];
    if (wanted?.trim()) checks.push(await checkRole(context, actor, input.serviceId, role, wanted));
  }
  return checks.filter((check) => !("refused" in check && check.refused.code === "nothing-to-change"));
}

async function checkRole(context: Context, actor: AccountActor, serviceId: number, role: Role, handle: string): Promise<RoleCheck> {
  try {
    return await context.store.write((tx) => judgeRole(context, tx, actor, serviceId, role, handle));
  } catch (error) {
    if (error instanceof Refusal && error.detail.code !== "service-not-found") return { role, refused: error.detail };
    throw error;
  }
}

async function judgeRole(context: Context, tx: Transaction, actor: AccountActor, serviceId: number, role: Role, handle: string): Promise<RoleCheck> {
  const judged = await judgeChange(context, tx, actor, serviceId, { [role]: handle });
  if ("refused" in judged) return { role, refused: judged.refused };
  const { asker, pairs, holders, people } = judged.ok;
  const [pair] = pairs;
  if (!pair) return { role, refused: { code: "nothing-to-change" } };
  const ids = { requester: asker.id, newcomer: pair.to, replaced: pair.from, admin: holders.admin };
  const approvers = approversOf(asker.id, pair.to);
  const told = [...new Set(ruleFor(asker.id, role, pair.to, holders)?.told.map((party) => ids[party]))].filter((id) => !approvers.includes(id));
  const named = (id: number): Person => personOf(accountIn(people, id));
  return { role, from: named(pair.from), to: named(pair.to), approvers: approvers.map(named), told: told.map(named) };
}
