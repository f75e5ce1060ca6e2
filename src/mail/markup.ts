/** A piece of HTML; made by `markup` only, so that nothing gets in unescaped. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** HTML from a template: what is inserted is escaped, unless it is markup itself. */
export function markup(template: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(template.map((piece, at) => piece + (at < parts.length ? insert(parts[at] ?? "") : "")).join(""));
}

function insert(part: Part): string {
  if (part instanceof Markup) return part.html;
  return typeof part === "object" ? part.map((one) => one.html).join("") : escape(String(part));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
