import { type Html, html } from "../html.ts";
import type { Page } from "../page.ts";
import { handleChip } from "./handle.ts";

/** The first letters of the first and last name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("");
}

export function avatar(name: string, size: "small" | "large" = "small"): Html {
  return html`<span class="avatar" data-size="${size}" aria-hidden="true">${initialsOf(name)}</span>`;
}

/** Somebody with name and handle, and a word on what he is here. */
export function personCard(page: Page, person: { handle: string; name: string }, word: string): Html {
  return html`<div class="person">${avatar(person.name, "large")}<span><strong>${person.name}</strong><span>${handleChip(page, person.handle)}</span><span class="small soft">${word}</span></span></div>`;
}
