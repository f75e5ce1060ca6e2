import type { Letter } from "../mail/letters.ts";
import type { OutboxRow } from "./claim-letters.ts";

/** The letter that a row holds: what enqueueLetter wrote, with the types it had then. */
export function letterOf(row: Pick<OutboxRow, "letter" | "facts_json">): Letter {
  return { letter: row.letter, facts: JSON.parse(row.facts_json) as Letter["facts"] } as Letter;
}
