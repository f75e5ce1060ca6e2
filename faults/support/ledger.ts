import type { State } from "../../src/domain/change-request.ts";
import type { Role } from "../../src/domain/role.ts";

/** What a code was, as its sender knew it: of another approver, replaced by a newer one, spent already, or invented. */
export type CodeKind = "right" | "other" | "old" | "spent" | "wrong";

/** What a call would do if it were carried out. Accounts, services and requests by id. */
export type Deed =
  | { kind: "asked"; service: number; contacts: Partial<Record<Role, number>> }
  | { kind: "accepted" | "refused"; request: number; code: CodeKind }
  | { kind: "cancelled"; request: number }
  | { kind: "resent"; request: number; to: number };

/** `at`: when it came (ms since 1970). */
export type LedgerAnswer = { status: number; body: unknown; at: number };

/** One call and what came of it. It is noted before it is sent; without an answer nobody knows whether it was carried out. */
export type Entry = { readonly account: number; readonly key: string; readonly deed: Deed; tries: number; answer?: LedgerAnswer };

/** All that the load has asked of the system, and what the system has said. Who reads `entries` sees them in the order of asking. */
export class Ledger {
  readonly entries: Entry[] = [];
  /** Requests of which an answer said that they had ended, and how. */
  readonly ended = new Map<number, State>();
  /** Answers that must not be: faults of the server, a second answer other than the first. */
  readonly faults: string[] = [];
  /** How often the server asked to come again later. */
  unavailable = 0;
  #acknowledged = 0;

  note(account: number, key: string, deed: Deed): Entry {
    const entry: Entry = { account, key, deed, tries: 0 };
    this.entries.push(entry);
    return entry;
  }

  /**
   * What a call was answered: the first answer counts, but of two that were sent at once the one that was carried out. A refusal leaves the key free:
   * what stood in the way of the first may have ended before the second's turn came.
   */
  answered(entry: Entry, answer: LedgerAnswer): void {
    if (entry.answer !== undefined && (isAcknowledged(entry) || answer.status >= 300)) return;
    entry.answer = answer;
    if (isAcknowledged(entry)) this.#acknowledged++;
  }

  /** How many were answered by 2xx so far. */
  get acknowledgements(): number {
    return this.#acknowledged;
  }

  /** The calls that were answered by 2xx. */
  acknowledged(): Entry[] {
    return this.entries.filter(isAcknowledged);
  }

  /** Somebody was told the state of a request. */
  saw(request: number, state: State): void {
    if (["todo", "checkValidity", "validatingByCustomers", "doing"].includes(state)) return;
    const before = this.ended.get(request);
    if (before !== undefined && before !== state) this.faults.push(`request ${request} was ${before} and is ${state}`);
    this.ended.set(request, state);
  }
}

export function isAcknowledged(entry: Entry): boolean {
  return entry.answer !== undefined && entry.answer.status < 300;
}
