import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { RenewalFacts } from "../letters.ts";
import { renewalLetter } from "./renewal-letter.ts";

export const renewed = (facts: RenewalFacts, desk: Desk): Draft => renewalLetter("renewed", facts, desk);
