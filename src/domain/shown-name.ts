import { domainToUnicode } from "node:url";

/** A service's stored name as people read it: A-labels become U-labels (§10), all else stays. */
export function shownName(stored: string): string {
  return stored.includes("xn--") ? domainToUnicode(stored) || stored : stored;
}
