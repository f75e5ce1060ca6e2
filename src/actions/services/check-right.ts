import type { Context } from "../../context.ts";
import { parseHandle } from "../../domain/handle.ts";
import { type Deed, mayDo, type Verdict } from "../../domain/right.ts";
import { factsForRights, type RightFacts } from "../../storage/queries/rights.ts";
import { nameToFind } from "./product-name.ts";

export type RightQuestion = { handle: string; deed: Deed; product: string; name: string };

/** "May this account do this here?" (§3 of SPEC.md). What is unknown has no role. */
export async function checkRight(context: Context, question: RightQuestion): Promise<Verdict> {
  const [verdict] = await checkRights(context, [question]);
  return verdict ?? { allowed: false, reason: "no-role" };
}

/** The same for up to 1,000 questions at once, with one query; the answers in their order. */
export async function checkRights(context: Context, questions: readonly RightQuestion[]): Promise<Verdict[]> {
  if (questions.length > 1000) throw new RangeError("more than 1,000 questions at once");
  const asked = questions.map((one) => ({ handle: parseHandle(one.handle) ?? "", product: one.product, name: nameToFind(context.settings, one) }));
  const facts = await factsForRights(context.store.read, asked);
  return questions.map((question, at) => judge(question.deed, facts[at] ?? {}));
}

function judge(deed: Deed, { account, holders }: RightFacts): Verdict {
  if (!account) return { allowed: false, reason: "no-role" };
  if (!account.active) return { allowed: false, reason: "account-inactive" };
  return holders ? mayDo(deed, account, holders) : { allowed: false, reason: "no-role" };
}
