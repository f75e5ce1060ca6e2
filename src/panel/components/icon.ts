import { assetUrl } from "../assets.ts";
import { type Html, html } from "../html.ts";

const drawn = new Map<string, Html>();

/** An icon of public/icons by the name of its file; it says nothing to a screen reader: words stand beside it. */
export function icon(name: string): Html {
  const known = drawn.get(name);
  if (known) return known;
  const made = html`<svg class="icon" aria-hidden="true"><use href="${assetUrl("icons.svg")}#${name}"/></svg>`;
  drawn.set(name, made);
  return made;
}
