import type { AccessRule } from "../../domain/access-rule.ts";
import { grantedPowers, isEverything } from "../../domain/granted-powers.ts";
import type { RulesView } from "../components/key-rules.ts";
import type { Reception } from "../reception.ts";

/** What rules allow on this system, with its products. */
export function rulesView({ context, parts }: Reception, rules: readonly AccessRule[]): RulesView {
  const products = context.settings.products.map(({ path }) => path);
  return { rules, powers: grantedPowers(rules, parts.calls, products), everything: isEverything(rules, parts.calls, products) };
}
