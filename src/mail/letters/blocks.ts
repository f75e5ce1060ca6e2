import type { Desk } from "../desk.ts";
import type { Block } from "../draft.ts";
import type { Person } from "../letters.ts";

export const paragraph = (text: string): Block => ({ kind: "paragraph", text });

/** "Hello …," for somebody whom the letter knows. */
export function greeting(desk: Desk, person: Person | undefined): Block {
  return paragraph(person ? desk.t("greeting", { name: desk.name(person) }) : desk.t("greeting-nameless"));
}

/** "Was this not you?", in the words of a letter. */
export function caution(desk: Desk, key: string): Block {
  return { kind: "note", title: desk.t("caution"), text: desk.t(key) };
}
