const minute = 60_000;
const plateau = 8 * minute;
/** The last try with the pause of the plateau: until then nearly two hours have passed. */
const plateauEnds = 16;
const longest = 4 * 60 * minute;

/**
 * How long to wait (ms) after the n-th try that came to nothing: from a minute, doubled each time, up to four hours. For the first two hours not over eight
 * minutes: whatever was wrong for an hour, no letter waits ten minutes more.
 */
export function pauseAfter(failures: number): number {
  if (failures <= plateauEnds) return Math.min(minute * 2 ** (failures - 1), plateau);
  return Math.min(plateau * 2 ** (failures - plateauEnds), longest);
}

/** Tries until a letter has failed: these pauses add up to five days (§7: for days). */
export const mostAttempts = 49;

/** A refusal that will hardly change, such as an unknown mailbox, is believed when it was said so often in a row. */
export const mostRefusals = 3;

/** How long (ms) a letter waits that the server was never asked to take: that was no try of its own, and its pauses do not grow. */
export const pauseAfterNoTry = minute;
