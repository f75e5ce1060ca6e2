import type { AccountView } from "../../actions/accounts/account-view.ts";
import { field, formError } from "../components/field.ts";
import { copyChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { noticeBox } from "../components/notice.ts";
import { emptyForm, type FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { languageField } from "./sign-up.ts";

export type ProfilePart = "profile" | "address" | "password";

/** `failed`: the form that was sent and refused. */
export type ProfileView = { account: AccountView; failed?: { part: ProfilePart; form: FormState } };

/** My account: everything that may be changed about it, each in a form of its own. */
export function profilePage(page: Page, { account, failed }: ProfileView): Content {
  const formOf = (part: ProfilePart) => (failed?.part === part ? failed.form : emptyForm);
  const body = html`<div class="head"><h1>${page.t("panel:profile.title")}</h1><p class="soft request-line"><span>${page.t("panel:profile.handle")}</span> ${copyChip(page, account.handle)}</p><p class="small soft">${page.t("panel:profile.handle-hint")}</p></div>
<p class="row">${ways(page)}</p>
${account.askingBlockedUntil === undefined ? nothing : noticeBox("caution", page.t("panel:request.blocked", { date: page.dateTime(account.askingBlockedUntil) }))}
<div class="two-even"><div class="stack">${profileCard(page, account, formOf("profile"))}${passwordCard(page, account, formOf("password"))}</div>${addressCard(page, account, formOf("address"))}</div>`;
  return { title: page.t("panel:profile.title"), place: "profile", body };
}

/** The other pages about the account. */
function ways(page: Page): Html[] {
  const way = (name: "keys" | "invoices" | "mails", picture: string) =>
    html`<a class="button" data-size="small" href="/useraccount/${name}">${icon(picture)}${page.t(`panel:nav.${name}`)}</a>`;
  return [way("keys", "key-round"), way("invoices", "scroll-text"), way("mails", "mails")];
}

function card(title: string, action: string, form: FormState, fields: Html, button: string, before: Html = nothing): Html {
  return html`<section class="card stack" aria-label="${title}"><h2>${title}</h2>${before}<form class="form" method="post" action="/useraccount/profile${action}">${formError(form)}${fields}<div><button class="button" data-kind="first">${button}</button></div></form></section>`;
}

function profileCard(page: Page, account: AccountView, form: FormState): Html {
  const fields = html`${field(form, { name: "name", label: page.t("panel:profile.name"), value: account.name, autocomplete: "name" })}${languageField(page, form, account.language)}`;
  return card(page.t("panel:profile.you"), "", form, fields, page.t("panel:save"));
}

function addressCard(page: Page, account: AccountView, form: FormState): Html {
  const present = html`<dl class="facts"><dt>${page.t("panel:profile.present-email")}</dt><dd>${account.email}<br>${
    account.emailVerified
      ? html`<span class="state" data-look="done">${page.t("panel:profile.confirmed")}</span>`
      : html`<span class="state" data-look="waiting">${page.t("panel:profile.unconfirmed")}</span>`
  }</dd></dl>`;
  const waits = account.pendingEmail ?? (account.emailVerified ? undefined : account.email);
  const pending = waits
    ? noticeBox(
        "waiting",
        account.pendingEmail
          ? page.t("panel:profile.pending", { email: account.pendingEmail, present: account.email })
          : page.t("panel:unconfirmed.text", { email: account.email }),
        html`<a class="button" data-size="small" href="/confirm-address">${page.t("panel:unconfirmed.go")}</a>`,
      )
    : nothing;
  const fields = html`${field(form, { name: "email", label: page.t("panel:profile.new-email"), hint: page.t("panel:profile.new-email-hint"), type: "email", autocomplete: "email" })}
${field(form, { name: "password", label: page.t("panel:profile.present-password"), type: "password", autocomplete: "current-password" })}`;
  return card(page.t("panel:profile.address"), "/address", form, fields, page.t("panel:profile.change-address"), html`${present}${pending}`);
}

function passwordCard(page: Page, account: AccountView, form: FormState): Html {
  const fields = html`<input type="text" name="username" value="${account.handle}" autocomplete="username" class="away" tabindex="-1" aria-hidden="true" readonly>
${field(form, { name: "current", label: page.t("panel:profile.present-password"), type: "password", autocomplete: "current-password" })}
${field(form, { name: "new-password", label: page.t("panel:profile.new-password"), hint: page.t("panel:password-hint"), type: "password", autocomplete: "new-password" })}`;
  return card(
    page.t("panel:profile.password"),
    "/password",
    form,
    fields,
    page.t("panel:profile.change-password"),
    html`<p class="small soft">${page.t("panel:profile.password-text")}</p>`,
  );
}
