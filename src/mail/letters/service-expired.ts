import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { RenewalFacts } from "../letters.ts";
import { renewalLetter } from "./renewal-letter.ts";

export const serviceExpired = (facts: RenewalFacts, desk: Desk): Draft => renewalLetter("service-expired", facts, desk);
