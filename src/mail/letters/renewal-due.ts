import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { RenewalFacts } from "../letters.ts";
import { renewalLetter } from "./renewal-letter.ts";

export function renewalDue(facts: RenewalFacts & { in: "month" | "week" }, desk: Desk): Draft {
  return renewalLetter(`renewal-due.${facts.renewal}.${facts.in}`, facts, desk);
}
