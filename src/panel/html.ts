/** Not exported: only `html` makes these, so that whatever comes from elsewhere is escaped. */
class Markup {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** A piece of a page; everything in it that came from people is escaped. */
export type Html = Markup;

/** What may stand between the pieces of markup; undefined is nothing. */
export type Part = Html | string | number | undefined | readonly Part[];

/** Markup with parts in it, each of them escaped unless it is markup itself. */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = markup[0] ?? "";
  for (let at = 0; at < parts.length; at++) text += markupOf(parts[at]) + (markup[at + 1] ?? "");
  return new Markup(text);
}

export const nothing = html``;

function markupOf(part: Part): string {
  if (typeof part === "string") return escapeHtml(part);
  if (part instanceof Markup) return part.toString();
  if (part === undefined) return "";
  if (typeof part === "number") return String(part);
  let text = "";
  for (const one of part) text += markupOf(one);
  return text;
}

const special = /[&<>"']/;
const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Most texts have nothing in them that needs it. */
function escapeHtml(text: string): string {
  return special.test(text) ? text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign) : text;
}
