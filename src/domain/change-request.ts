/** The states of §6 of SPEC.md, by the names that the API shows. */
export const states = ["todo", "checkValidity", "validatingByCustomers", "doing", "done", "refused", "expired", "aborted", "error"] as const;

export type State = (typeof states)[number];

const next: Readonly<Record<State, readonly State[]>> = {
  todo: ["checkValidity"],
  checkValidity: ["validatingByCustomers", "error"],
  validatingByCustomers: ["doing", "refused", "expired", "aborted", "error"],
  doing: ["done", "error"],
  done: [],
  refused: [],
  expired: [],
  aborted: [],
  error: [],
};

/** Whether a request in state `from` may pass to `to` (§6). */
export function mayPass(from: State, to: State): boolean {
  return next[from].includes(to);
}

/** Whether a request in this state still holds its roles. */
export function isOpen(state: State): boolean {
  return next[state].length > 0;
}

/** Whether approvers are awaited: only then is there something to answer, to send again or to cancel. */
export function isAnswerable(state: State): boolean {
  return state === "validatingByCustomers";
}

const day = 24 * 60 * 60 * 1000;

/** The instant (ms) from which a request is expired, though no timer has run (§10): asked at + N × 24 h. */
export function expiryOf(askedAt: number, days: number): number {
  return askedAt + days * day;
}

/** When those who have not answered are reminded (ms), or undefined where the time is too short for it (§10: N ≤ 2). */
export function reminderOf(askedAt: number, days: number): number | undefined {
  return days <= 2 ? undefined : expiryOf(askedAt, days) - 2 * day;
}

/** The lasting reasons for which an open request ends as `error` (§10); the last is for the hook of the operator that `doing` waits for. */
export const failureReasons = ["holder-changed", "asker-lost-right", "account-closed", "service-gone", "contacts-imported", "carrying-out-failed"] as const;

export type FailureReason = (typeof failureReasons)[number];
