import type { RequestView } from "../../actions/changes/request-view.ts";
import type { ServiceView } from "../../actions/services/show-service.ts";
import { type Role, roles } from "../../domain/role.ts";
import { field, formError } from "../components/field.ts";
import { handleChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { radios } from "../components/key-fields.ts";
import { noticeBox } from "../components/notice.ts";
import { avatar } from "../components/person.ts";
import { moment, rolesInWords, stateOfRequest } from "../components/request-words.ts";
import { dayCell, productName, rolesExplained, serviceState } from "../components/service-words.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { whyNot, whyNotAtAll } from "./edit-contacts.ts";

/** `edit`: which of the forms is open, with what was typed. */
export type ServicePageView = { service: ServiceView; requests: readonly RequestView[]; edit: "contacts" | "owner" | "renewal" | undefined; form: FormState };

/** A service: its contacts, dates, owner, open requests, and how its contacts came about (§8 of SPEC.md). */
export function servicePage(page: Page, view: ServicePageView): Content {
  const { service } = view;
  const body = html`<div class="head"><a class="back" href="/useraccount/contacts">${icon("chevron-left")}${page.t("panel:contacts.services")}</a>
<h1>${service.shownName}</h1><p class="soft request-line"><span>${productName(page, service.product)}</span> ${serviceState(page, service)}</p></div>
<div class="two"><div class="stack">${contactsCard(page, view)}${ownerCard(page, view)}</div>
<div class="stack">${requestsCard(page, view.requests)}${datesCard(page, view)}${historyCard(page, service)}</div></div>
${rolesExplained(page)}`;
  return { title: service.shownName, place: "contacts", body };
}

const here = (service: ServiceView, edit?: string): string => `/useraccount/services/${service.id}${edit ? `?edit=${edit}` : ""}`;

function contactsCard(page: Page, view: ServicePageView): Html {
  const { service, edit } = view;
  const mayEdit = roles.some((role) => whyNot(page, service, role) === undefined);
  const end =
    edit !== "contacts" && mayEdit
      ? html`<a class="button" data-size="small" href="${here(service, "contacts")}">${icon("pencil")}${page.t("panel:service.edit-contacts")}</a>`
      : nothing;
  return html`<section class="card stack-tight" id="contacts"><div class="card-head"><h2>${page.t("panel:service.contacts")}</h2>${end}</div>${edit === "contacts" ? contactsForm(page, view) : contactsList(page, service)}</section>`;
}

function contactsList(page: Page, service: ServiceView): Html {
  const reason = whyNotAtAll(page, service);
  const line = (role: Role) => {
    const holder = service.contacts[role];
    return html`<li class="person">${avatar(holder.name, "large")}<span><span class="small soft">${page.t(`panel:service.role.${role}`)}</span><strong>${holder.name}</strong><span>${handleChip(page, holder.handle)}</span></span></li>`;
  };
  return html`<ul class="people">${roles.map(line)}</ul>${reason ? noticeBox("plain", reason) : nothing}`;
}

function contactsForm(page: Page, { service, form }: ServicePageView): Html {
  const input = (role: Role) => {
    const reason = whyNot(page, service, role);
    const label = page.t(`panel:service.role.${role}`);
    if (reason !== undefined)
      return html`<div class="field"><span class="label">${label}</span><span>${handleChip(page, service.contacts[role].handle)}</span>${reason ? html`<p class="hint">${reason}</p>` : nothing}</div>`;
    const hint = role === "admin" ? { hint: page.t("panel:edit.caution-admin") } : {};
    return field(form, { name: role, label, value: service.contacts[role].handle, kind: "handle", autocomplete: "off", ...hint });
  };
  return html`<form class="form" method="post" action="/useraccount/services/${service.id}/contacts">${formError(form)}<input type="hidden" name="return" value="${here(service)}">${roles.map(input)}<p class="hint">${page.t("panel:edit.what-happens")}</p>${formEnd(page, page.t("panel:edit.confirm"), here(service))}</form>`;
}

function formEnd(page: Page, words: string, back: string): Html {
  return html`<div class="row"><button class="button" data-kind="first">${icon("check")}${words}</button><a class="button" href="${back}">${icon("x")}${page.t("panel:edit.leave")}</a></div>`;
}

const ownerFields = ["name", "organisation", "address", "email", "phone"] as const;

function ownerCard(page: Page, view: ServicePageView): Html {
  const { service, edit } = view;
  const end =
    service.may.editOwner && edit !== "owner"
      ? html`<a class="button" data-size="small" href="${here(service, "owner")}">${icon("pencil")}${page.t("panel:owner.edit")}</a>`
      : nothing;
  return html`<section class="card stack-tight" id="owner"><div class="card-head"><h2>${page.t("panel:owner.title")}</h2>${end}</div><p class="small soft">${page.t("panel:owner.text")}</p>${edit === "owner" && service.may.editOwner ? ownerForm(page, view) : ownerFacts(page, service)}</section>`;
}

function ownerFacts(page: Page, { owner }: ServiceView): Html {
  const facts = ownerFields.map(
    (name) => html`<dt>${page.t(`panel:owner.${name}`)}</dt><dd class="lines">${owner[name] || page.t("panel:owner.unknown")}</dd>`,
  );
  return html`<dl class="facts">${facts}</dl>`;
}

function ownerForm(page: Page, { service, form }: ServicePageView): Html {
  const { owner } = service;
  const input = (name: (typeof ownerFields)[number], more: { type?: "email" | "tel"; autocomplete: string; required?: boolean }) =>
    field(form, { name, label: page.t(`panel:owner.${name}`), value: owner[name], required: false, ...more });
  const address = form.values.address ?? owner.address;
  return html`<form class="form" method="post" action="/useraccount/services/${service.id}/owner">${noticeBox("caution", page.t("panel:owner.caution"))}${formError(form)}
${input("name", { autocomplete: "off", required: true })}${input("organisation", { autocomplete: "off" })}
<div class="field"><label for="field-address">${page.t("panel:owner.address")}</label><textarea class="input" id="field-address" name="address" rows="3">${address}</textarea></div>
${input("email", { type: "email", autocomplete: "off" })}${input("phone", { type: "tel", autocomplete: "off" })}
${formEnd(page, page.t("panel:save"), here(service))}</form>`;
}

function requestsCard(page: Page, requests: readonly RequestView[]): Html {
  if (requests.length === 0) return nothing;
  const line = (request: RequestView) =>
    html`<li><a href="/useraccount/contacts/${request.id}">#${request.id} · ${rolesInWords(page, request)}</a>${moment(page, request.askedAt)}<small>${stateOfRequest(page, request)}</small></li>`;
  return html`<section class="card stack-tight"><h2>${page.t("panel:service.open-requests")}</h2><ul class="history">${requests.map(line)}</ul></section>`;
}

function datesCard(page: Page, view: ServicePageView): Html {
  const { service, edit } = view;
  const mayEdit = service.myRoles.includes("admin") || service.myRoles.includes("billing");
  const end =
    mayEdit && edit !== "renewal"
      ? html`<a class="button" data-size="small" href="${here(service, "renewal")}">${icon("pencil")}${page.t("panel:renewal.edit")}</a>`
      : nothing;
  return html`<section class="card stack-tight" id="dates"><div class="card-head"><h2>${page.t("panel:service.dates")}</h2>${end}</div><dl class="facts"><dt>${page.t("panel:service.created")}</dt><dd>${dayCell(page, service.createdOn)}</dd><dt>${page.t(service.expired ? "panel:service.expired-on" : "panel:service.expires")}</dt><dd>${dayCell(page, service.expiresOn)}</dd><dt>${page.t("panel:service.renewal")}</dt><dd>${page.t(`terms:service.renewal.${service.renewal}`)}</dd></dl>${edit === "renewal" ? (mayEdit ? renewalForm(page, view) : formError(view.form)) : nothing}</section>`;
}

function renewalForm(page: Page, { service, form }: ServicePageView): Html {
  const choices = (["automatic", "manual"] as const).map((value) => ({
    value,
    label: page.t(`panel:renewal.${value}`),
    hint: page.t(`panel:renewal.${value}-hint`),
  }));
  return html`<form class="form further" method="post" action="/useraccount/services/${service.id}/renewal">${formError(form)}${radios(form, { name: "renewal", legend: page.t("panel:renewal.question"), chosen: service.renewal, choices })}${formEnd(page, page.t("panel:save"), here(service))}</form>`;
}

function historyCard(page: Page, service: ServiceView): Html {
  const line = (move: ServiceView["history"][number]) => {
    const handles =
      move.from === null
        ? html`${handleChip(page, move.to)}`
        : html`${handleChip(page, move.from)} <span aria-hidden="true">→</span><span class="away">${page.t("panel:service.passed-to")}</span> ${handleChip(page, move.to)}`;
    const request = move.requestId === null ? nothing : html` <a href="/useraccount/contacts/${move.requestId}">#${move.requestId}</a>`;
    return html`<li><span>${page.t(`panel:service.role.${move.role}`)}</span>${moment(page, move.at)}<small>${handles}${request}</small></li>`;
  };
  return html`<section class="card stack-tight"><h2>${page.t("panel:service.history")}</h2><ol class="history">${service.history.map(line)}</ol></section>`;
}
