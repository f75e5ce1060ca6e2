import { html } from "hono/html";
import { assetUrl } from "../assets.ts";
import type { Html } from "../page.ts";

/** An icon of public/icons by the name of its file; it says nothing to a screen reader: words stand beside it. */
export function icon(name: string): Html {
  return html`<svg class="icon" aria-hidden="true"><use href="${assetUrl("icons.svg")}#${name}"/></svg>`;
}
