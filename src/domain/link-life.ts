const hour = 60 * 60 * 1000;

/** What the secret in a letter's link does with an account. */
export type LinkKind = "confirm-address" | "change-address" | "reset-password";

/** What came of a link that was used: what it does was done, or its recipient did not want it. */
export type LinkOutcome = "done" | "refused";

/** How long each link works (ms). */
export const linkLife: Readonly<Record<LinkKind, number>> = {
  "confirm-address": 7 * 24 * hour,
  "change-address": 24 * hour,
  "reset-password": hour,
};
