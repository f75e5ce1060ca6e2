import type { Person } from "../../mail/letters.ts";

/** An account as letters and lists name it: nothing of it but handle and name. */
export function personOf({ handle, name }: Person): Person {
  return { handle, name };
}
