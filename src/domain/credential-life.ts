const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How far the time of a signed call may be from ours (ms), either way. */
export const clockWindow = 180 * second;

/** How long one can agree to a key that a program has asked for (ms). */
export const agreeableFor = day;

/** How long an access token of an OAuth2 client is good (ms). */
export const tokenLife = hour;

/** How long the answer to a call with an `Idempotency-Key` is known (ms). */
export const answerKnownFor = day;

/** For how long a key can be agreed to: in days, or without an end. */
export const validities = ["1", "7", "30", "365", "unlimited"] as const;
export type Validity = (typeof validities)[number];

/** When a key that is agreed to at `from` (ms) ends; null: never. */
export function endOfKey(validity: Validity, from: number): number | null {
  return validity === "unlimited" ? null : from + Number(validity) * day;
}

/** Whether the use of a key is worth writing down again: its last use is shown exact to some minutes. */
export function isUsedAnew(lastUsedAt: number | null, now: number): boolean {
  return lastUsedAt === null || now - lastUsedAt > 5 * minute;
}
