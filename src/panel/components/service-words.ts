import type { Product } from "../../config.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../page.ts";
import { icon } from "./icon.ts";

type Named = { product: string; shownName: string };

/** The product's name in the reader's language; the path, where the product is no longer sold. */
export function productName(page: Page, path: string): string {
  return productOf(page, path)?.names[page.language] ?? path;
}

/** A service with the icon of its product. `to`: where its name leads. */
export function serviceThing(page: Page, service: Named, to: string | undefined): Html {
  const name = to ? html`<a href="${to}">${service.shownName}</a>` : html`<strong>${service.shownName}</strong>`;
  const product = productOf(page, service.product);
  return html`<span class="thing"><span class="tile">${icon(product?.icon ?? "package")}</span><span>${name}<small>${product?.names[page.language] ?? service.product}</small></span></span>`;
}

type Standing = {
  expiresOn: string | null;
  expired: boolean;
  renewal: "automatic" | "manual";
  contactsLocked: boolean;
  openRoles: readonly { requestId: number; party: boolean }[];
};

/** How a service stands, as a dot, a word and a colour. What happens now goes before what will. */
export function serviceState(page: Page, service: Standing): Html {
  const open = service.openRoles.find((held) => held.party) ?? service.openRoles[0];
  if (service.expired) return state("refused", page.t("terms:service.state.expired"));
  if (open) return state("waiting", page.t("panel:service.changing"), open.party ? `/useraccount/contacts/${open.requestId}` : undefined);
  if (service.contactsLocked) return state("plain", page.t("terms:service.state.locked"));
  const days = service.expiresOn === null ? Number.POSITIVE_INFINITY : daysBetween(page.today, service.expiresOn);
  if (days > 30) return state("done", page.t("terms:service.state.active"));
  const words = days === 0 ? page.t(`panel:service.${service.renewal}-today`) : page.t(`panel:service.${service.renewal}-in`, { count: days });
  return state(service.renewal === "automatic" ? "done" : "waiting", words);
}

export function state(look: "done" | "waiting" | "refused" | "plain", word: string, to?: string): Html {
  const mark = html`<span class="state" data-look="${look}">${word}</span>`;
  return to ? html`<a href="${to}" class="state-link">${mark}</a>` : mark;
}

/** A day for a table, or a dash that says in words what it means. */
export function dayCell(page: Page, day: string | null): Html {
  return day === null
    ? html`<span aria-hidden="true">–</span><span class="away">${page.t("panel:service.no-date")}</span>`
    : html`<time datetime="${day}">${page.day(day, "short")}</time>`;
}

function productOf(page: Page, path: string): Product | undefined {
  return page.products.find((product) => product.path === path);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** What each of the three roles may do, folded away (§8 of SPEC.md). */
export function rolesExplained(page: Page): Html {
  const part = (role: "admin" | "tech" | "billing") =>
    html`<div><h3>${page.t(`panel:roles.${role}.title`)}</h3><p>${page.t(`panel:roles.${role}.text`)}</p></div>`;
  return html`<details class="more-about"><summary>${icon("info")}${page.t("panel:roles.title")}${icon("chevron-down")}</summary><div class="roles">${part("admin")}${part("tech")}${part("billing")}</div></details>`;
}
