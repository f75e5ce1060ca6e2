import type { ServiceList } from "../../actions/services/list-services.ts";
import type { ListedService } from "../../actions/services/listed-service.ts";
import { type Role, roles } from "../../domain/role.ts";
import { choice } from "../components/choice.ts";
import { handleChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { pager } from "../components/pager.ts";
import { withQuery } from "../components/query.ts";
import { dayCell, productName, rolesExplained, serviceState, serviceThing } from "../components/service-words.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { type ContactsHead, contactsHead } from "./contacts-head.ts";
import { type Editing, editRows } from "./edit-contacts.ts";

export type ServicesQuery = {
  q?: string | undefined;
  product?: string | undefined;
  role?: Role | undefined;
  sort?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
};

/** `editing`: the service whose contacts are being edited, with what was typed. */
export type ServicesView = { head: ContactsHead; query: ServicesQuery; list: ServiceList; editing: Editing | undefined };

/** My contacts, tab "My services" (§8 of SPEC.md). */
export function servicesPage(page: Page, view: ServicesView): Content {
  const frame = html`<turbo-frame id="services" data-turbo-action="advance" target="_top">${results(page, view)}</turbo-frame>`;
  if (page.frame === "services") return { title: page.t("panel:contacts.title"), place: "contacts", body: frame };
  const body = html`${contactsHead(page, view.head)}
${view.list.total === 0 ? nothing : html`<p class="soft">${page.t("panel:services.intro")}</p>${filters(page, view.query)}`}
<p class="away" role="status" data-results></p>
${frame}
${rolesExplained(page)}`;
  return { title: page.t("panel:contacts.title"), place: "contacts", body };
}

/** Where this list stands, with some of it changed. */
export function servicesUrl(query: ServicesQuery, change: Record<string, string | number | undefined> = {}): string {
  return withQuery("/useraccount/contacts", { ...query, ...change });
}

function filters(page: Page, query: ServicesQuery): Html {
  const products = page.products
    .map(({ path }) => ({ value: path, label: productName(page, path) }))
    .sort((a, b) => a.label.localeCompare(b.label, page.language));
  const all = (label: string) => ({ value: "", label });
  return html`<form class="filters" method="get" action="/useraccount/contacts" role="search" aria-label="${page.t("panel:services.search")}" data-turbo-frame="services" data-turbo-action="replace">
<span class="choice seek" data-lead>${icon("search")}<input class="input" type="search" name="q" value="${query.q ?? ""}" placeholder="${page.t("panel:services.search")}" aria-label="${page.t("panel:services.search")}" autocomplete="off" spellcheck="false" aria-keyshortcuts="/" data-search><kbd aria-hidden="true">/</kbd></span>
${choice({ name: "product", label: page.t("panel:services.product"), icon: "layers", chosen: query.product ?? "", choices: [all(page.t("panel:services.all-products")), ...products] })}
${choice({ name: "role", label: page.t("panel:services.my-role"), icon: "user", chosen: query.role ?? "", choices: [all(page.t("panel:services.any-role")), ...roles.map((role) => ({ value: role, label: page.t(`panel:services.role.${role}`) }))] })}
${choice({ name: "sort", label: page.t("panel:services.sort"), icon: "arrow-down-up", chosen: query.sort ?? "name", choices: (["name", "product", "renewal"] as const).map((sort) => ({ value: sort, label: page.t(`panel:services.sort-by.${sort}`) })) })}
<button class="button without-script">${page.t("panel:filter")}</button>
</form>`;
}

function results(page: Page, view: ServicesView): Html {
  const { list, query } = view;
  if (list.rows.length === 0) return empty(page, query, list.total);
  return html`${table(page, view)}
${pager(
  page,
  shown(page, view),
  {
    previous: list.previous && servicesUrl(query, { before: list.previous, after: undefined }),
    next: list.next && servicesUrl(query, { after: list.next, before: undefined }),
  },
  {
    frame: "services",
    more: html`<a class="button" data-kind="plain" data-size="small" href="${withQuery("/useraccount/contacts.csv", { q: query.q, product: query.product, role: query.role })}" download data-turbo="false">${icon("download")}${page.t("panel:services.csv")}</a>`,
  },
)}`;
}

function shown(page: Page, { list, query }: ServicesView): string {
  const filtered = query.q || query.product || query.role;
  if (filtered) return page.t("panel:services.shown-filtered", { count: list.rows.length });
  return page.t("panel:services.shown", { count: list.total, shown: page.number(list.rows.length), total: page.number(list.total) });
}

function table(page: Page, { list, query, editing }: ServicesView): Html {
  const words = columnWords(page);
  const place = servicesUrl(query);
  const head = (word: string) => html`<th scope="col">${word}</th>`;
  const rows = list.rows.map((service) => (editing?.service.id === service.id ? editRows(page, editing, place) : row(page, service, words, place)));
  return html`<table class="sheet"><caption>${page.t("panel:services.caption")}</caption>
<thead><tr>${head(words.service)}${roles.map((role) => head(words[role]))}${head(words.renewal)}${head(words.state)}<th scope="col"><span class="away">${page.t("panel:services.column.edit")}</span></th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

/** The heads of the columns, which narrow screens show in each row. */
function columnWords({ t }: Page) {
  const [service, renewal, state] = [t("panel:services.column.service"), t("panel:services.column.renewal"), t("panel:services.column.state")];
  return { service, admin: t("terms:role.short.admin"), tech: t("terms:role.short.tech"), billing: t("terms:role.short.billing"), renewal, state };
}

/** `place`: where the list stands. */
function row(page: Page, service: ListedService, words: ReturnType<typeof columnWords>, place: string): Html {
  const { id, contacts, shownName } = service;
  const contact = (role: Role) => html`<td data-label="${words[role]}"><span>${handleChip(page, contacts[role].handle)}</span></td>`;
  const edit = page.t("panel:services.edit", { service: shownName });
  const there = `${place}${place.includes("?") ? "&" : "?"}edit=${id}#service-${id}`;
  return html`<tr id="service-${id}"><th scope="row">${serviceThing(page, service, `/useraccount/services/${id}`)}</th>${roles.map(contact)}<td data-label="${words.renewal}"><span>${dayCell(page, service.expiresOn)}</span></td><td data-label="${words.state}"><span>${serviceState(page, service)}</span></td><td class="end corner"><a class="button" data-kind="plain" data-size="icon" href="${there}" data-turbo-frame="services" data-turbo-action="replace" aria-label="${edit}" title="${edit}">${icon("pencil")}</a></td></tr>`;
}

function empty(page: Page, query: ServicesQuery, total: number): Html {
  if (total === 0)
    return html`<div class="empty">${icon("layers")}<h2>${page.t("panel:services.none.title")}</h2><p>${page.t("panel:services.none.text", { handle: page.viewer?.handle ?? "" })}</p></div>`;
  return html`<div class="empty" role="status">${icon("search")}<h2>${page.t("panel:services.no-match.title")}</h2><p>${query.q ? page.t("panel:services.no-match.text", { search: query.q }) : page.t("panel:services.no-match.filters")}</p><a class="button" href="/useraccount/contacts">${page.t("panel:services.no-match.clear")}</a></div>`;
}
