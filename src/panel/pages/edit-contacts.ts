import type { ListedService } from "../../actions/services/listed-service.ts";
import { type Role, roles } from "../../domain/role.ts";
import { wrong } from "../components/field.ts";
import { copyChip, youMark } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { dayCell, serviceState, serviceThing } from "../components/service-words.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";

/** A service whose contacts are being edited: what was typed, and what was refused at which role (or at the whole `form`). */
export type Editing = { service: ListedService; form: FormState };

/** The row of a service as a form: what may be changed as fields, the rest with the reason why not. `back`: the list without the form. */
export function editRows(page: Page, editing: Editing, back: string): Html {
  const { service, form } = editing;
  const first = roles.find((role) => form.errors[role]) ?? roles.find((role) => whyNot(page, service, role) === undefined);
  const cells = roles.map((role) => html`<td data-label="${page.t(`terms:role.short.${role}`)}">${cell(page, editing, role, role === first)}</td>`);
  return html`<tr class="editing" id="service-${service.id}"><th scope="row">${serviceThing(page, service, undefined)}</th>${cells}<td data-label="${page.t("panel:services.column.renewal")}"><span class="calm">${dayCell(page, service.expiresOn)}</span></td><td data-label="${page.t("panel:services.column.state")}" colspan="2"><span class="calm">${serviceState(page, service)}</span></td></tr>
<tr class="edit-more"><td colspan="7"><form method="post" id="edit-${service.id}" action="/useraccount/services/${service.id}/contacts" data-turbo-frame="_top"><input type="hidden" name="return" value="${back}"><div class="row">
<div class="stack-tight small">${wrong(`edit-${service.id}-error`, form.errors.form)}${words(page, service, first !== undefined)}</div>
<div class="row">${first ? html`<button class="button" data-kind="first" title="${page.t("panel:edit.confirm")}">${icon("check")}<span>${page.t("panel:edit.confirm")}</span></button>` : nothing}<a class="button" href="${back}#service-${service.id}" data-turbo-frame="services" data-turbo-action="replace" title="${page.t("panel:edit.leave")}">${icon("x")}<span>${page.t("panel:edit.leave")}</span></a></div>
</div></form></td></tr>`;
}

function words(page: Page, service: ListedService, open: boolean): Html {
  const reason = whyNotAtAll(page, service);
  if (reason) return html`<p>${reason}</p>`;
  if (!open) return nothing;
  const caution =
    whyNot(page, service, "admin") === undefined
      ? html`<p class="row caution">${icon("triangle-alert")}<span>${page.t("panel:edit.caution-admin")}</span></p>`
      : nothing;
  return html`<p class="soft">${page.t("panel:edit.what-happens")}</p>${caution}`;
}

function cell(page: Page, { service, form }: Editing, role: Role, focus: boolean): Html {
  const holder = service.contacts[role];
  const reason = whyNot(page, service, role);
  const id = `edit-${service.id}-${role}`;
  if (reason !== undefined)
    return html`<span><span>${copyChip(page, holder.handle)}${youMark(page, holder.handle)}</span><span class="hint row-lock">${reason}</span></span>`;
  const error = form.errors[role];
  return html`<span><input class="input" data-kind="handle" form="edit-${service.id}" id="${id}" name="${role}" value="${form.values[role] ?? holder.handle}" aria-label="${page.t(`panel:edit.field.${role}`, { service: service.shownName })}" autocomplete="off" spellcheck="false" autocapitalize="none" maxlength="40"${error ? html` aria-invalid="true" aria-describedby="${id}-error"` : nothing}${focus ? html` autofocus` : nothing}>${wrong(`${id}-error`, error)}</span>`;
}

/** Why a role cannot be named anew here and now; undefined: it can. */
export function whyNot(page: Page, service: ListedService, role: Role): string | undefined {
  if (whyNotAtAll(page, service) !== undefined) return "";
  const held = service.openRoles.find((one) => one.role === role);
  if (held) return page.t("panel:edit.held", { id: held.requestId });
  if (!service.mayChange.includes(role)) return page.t("panel:edit.not-yours", { handle: service.contacts.admin.handle });
  return undefined;
}

export function whyNotAtAll(page: Page, service: ListedService): string | undefined {
  if (service.expired) return page.t("panel:edit.expired");
  return service.contactsLocked ? page.t("panel:edit.locked") : undefined;
}
