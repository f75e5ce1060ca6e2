const hour = 60 * 60 * 1000;

/** What the secret in a letter's link does with an account. */
export type LinkKind = "confirm-address" | "change-address" | "reset-password";

/** How long each link works (ms). */
export const linkLife: Readonly<Record<LinkKind, number>> = {
  "confirm-address": 7 * 24 * hour,
  "change-address": 24 * hour,
  "reset-password": hour,
};
