const minute = 60_000;
const longest = 4 * 60 * minute;

/** How long to wait (ms) after the n-th try: from a minute, doubled each time, up to four hours. */
export function pauseAfter(attempts: number): number {
  return Math.min(minute * 2 ** (attempts - 1), longest);
}

/** Tries until a letter has failed: these pauses add up to five days (§7: for days). */
export const mostAttempts = 37;

/** A refusal that will hardly change, such as an unknown mailbox, is believed after some tries. */
export const mostRefusals = 3;
