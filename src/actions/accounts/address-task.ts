import type { LinkOutcome } from "../../domain/link-life.ts";
import type { LinkRow } from "../../storage/queries/account-links.ts";

/** How a wish for another address stands. `aborted`: nobody followed the link in time, or a newer wish or another password ended it. */
export const addressTaskStates = ["aborted", "done", "refused", "todo"] as const;
export type AddressTaskState = (typeof addressTaskStates)[number];

/** A wish for another address. Times: ms. */
export type AddressTask = { id: number; newEmail: string; state: AddressTaskState; askedAt: number; endedAt: number | null };

/** What the row of its link says about a wish. */
export function addressTask(link: LinkRow, now: number): AddressTask {
  const expired = link.used_at === null && link.expires_at <= now;
  return {
    id: link.id,
    newEmail: link.email,
    state: stateOf(link.outcome, link.used_at !== null || expired),
    askedAt: link.created_at,
    endedAt: expired ? link.expires_at : link.used_at,
  };
}

function stateOf(outcome: LinkOutcome | null, over: boolean): AddressTaskState {
  return outcome ?? (over ? "aborted" : "todo");
}
