import type { FailureReason } from "../domain/change-request.ts";
import type { Role } from "../domain/role.ts";

/** Somebody as a letter names him. */
export type Person = { handle: string; name: string };

/** What every letter about a change request says. Times: ms; service: stored name; product: path. */
export type ChangeFacts = {
  id: number;
  service: string;
  product: string;
  roles: Role[];
  asker: Person;
  from: Person;
  to: Person;
  expiresAt: number;
};

/** Another request of the same call that awaits the same recipient: each letter names the other (§10). */
export type Sibling = { id: number; roles: Role[]; from: Person; to: Person };

/** Why the recipient of a letter gets it. */
export type Part = "requester" | "newcomer" | "replaced" | "admin";

/** Every letter of §7, with its facts; secrets stand apart (`LetterSecrets`), sealed beside the row. */
export type Letter =
  | { letter: "signed-up"; facts: { person: Person } }
  | { letter: "confirm-address"; facts: { person: Person } }
  | { letter: "change-address"; facts: { person: Person; newEmail: string } }
  | { letter: "address-changed"; facts: { person: Person; newEmail: string } }
  | { letter: "reset-password"; facts: { people: Person[]; expiresAt: number; blockedHours: number } }
  | { letter: "key-created"; facts: KeyFacts }
  | { letter: "change-requested"; facts: ChangeFacts & { part: "requester" | "newcomer"; siblings: Sibling[]; again: boolean } }
  | { letter: "change-reminder"; facts: ChangeFacts & { part: "requester" | "newcomer"; codeSentAt: number } }
  | { letter: "change-done"; facts: ChangeFacts & { part: Part } }
  | { letter: "change-refused"; facts: ChangeFacts & { part: "requester" | "newcomer"; by: Person } }
  | { letter: "change-cancelled"; facts: ChangeFacts & { part: "requester" | "newcomer"; by: Person } }
  | { letter: "change-expired"; facts: ChangeFacts & { part: "requester" | "newcomer" } }
  | { letter: "change-failed"; facts: ChangeFacts & { part: "requester" | "newcomer"; reason: FailureReason } }
  | { letter: "renewal-due"; facts: RenewalFacts & { in: "month" | "week" } }
  | { letter: "renewed"; facts: RenewalFacts }
  | { letter: "service-expired"; facts: RenewalFacts };

/** `expiresOn`: `YYYY-MM-DD`. */
export type RenewalFacts = { person: Person; service: string; product: string; expiresOn: string; renewal: "automatic" | "manual" };

/** A program that has got a key. `application`: its name; `expiresAt`: ms, null: never. */
export type KeyFacts = { person: Person; application: string; expiresAt: number | null };

export type LetterName = Letter["letter"];

/** The codes of a letter: one, or for a password reset one for each of `people`, in their order; none in the others. */
export type LetterSecrets = string[];
