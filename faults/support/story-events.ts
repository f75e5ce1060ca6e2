/** What a story has seen confirmed, or has handed to the mail server; in the order in which it happened. */
export type StoryEvent =
  | { did: "migrated" }
  | { did: "ordered"; service: string }
  | { did: "asked"; request: number }
  | { did: "answered"; request: number; account: number; answer: "accepted" | "refused"; state: string }
  | { did: "mailed"; mail: string }
  /** Not confirmed: the store said that nothing was kept. */
  | { did: "unavailable"; what: string }
  /** A broken promise that the story itself has seen. */
  | { did: "fault"; text: string };

/** What the story has written down, a line for each event; a line that was torn by a kill was never read by anybody. */
export function readEvents(text: string): StoryEvent[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as StoryEvent);
}
