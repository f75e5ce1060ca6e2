import type { AccessRule } from "../../domain/access-rule.ts";
import type { GrantedPower } from "../../domain/granted-powers.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";
import { icon } from "./icon.ts";

/** The rules of a key, and what they allow. */
export type RulesView = { rules: readonly AccessRule[]; powers: readonly GrantedPower[]; everything: boolean };

/** What a key may do, in plain words. */
export function rulesInWords(page: Page, { powers, everything }: RulesView): Html {
  if (everything) return html`<p>${page.t("panel:keys.everything")}</p>`;
  if (powers.length === 0) return html`<p>${page.t("panel:keys.reaches-nothing")}</p>`;
  const line = ({ power, reach }: GrantedPower) =>
    html`<li>${page.t(`panel:power.${power}`)}${reach === "part" ? html` <span class="count">${page.t("panel:keys.in-part")}</span>` : nothing}</li>`;
  return html`<ul class="means">${powers.map(line)}</ul>`;
}

/** The rules as they are, for those who know the API. */
export function exactRules(page: Page, rules: readonly AccessRule[]): Html {
  const line = ({ method, path }: AccessRule) => html`<li><code>${method} ${path}</code></li>`;
  return html`<details class="more-about"><summary>${icon("list-tree")}${page.t("panel:keys.rules")}${icon("chevron-down")}</summary><ul class="exact-rules">${rules.map(line)}</ul></details>`;
}

/** From where a key can be used; null: from everywhere. */
export function fromWhere(page: Page, addresses: readonly string[] | null): string {
  return addresses === null ? page.t("panel:keys.from-everywhere") : page.t("panel:keys.from-only", { addresses: page.list(addresses) });
}
