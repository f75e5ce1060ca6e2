import { field, formError } from "../components/field.ts";
import { noticeBox } from "../components/notice.ts";
import { personCard } from "../components/person.ts";
import type { FormState } from "../forms.ts";
import { html } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { gate } from "./gate.ts";

/** `sent`: the same answer whether or not there is such an account. */
export function forgottenPasswordPage(page: Page, { form, sent }: { form: FormState; sent: boolean }): Content {
  const title = page.t("panel:forgotten.title");
  const card = sent
    ? noticeBox("done", html`<strong>${page.t("panel:forgotten.sent")}</strong> <span class="soft">${page.t("panel:forgotten.sent-text")}</span>`)
    : html`<p>${page.t("panel:forgotten.text")}</p><form class="form" method="post" action="/forgotten-password">${formError(form)}
${field(form, { name: "login", label: page.t("panel:sign-in.login"), hint: page.t("panel:sign-in.login-hint"), autocomplete: "username", kind: "handle", focus: true })}
<button class="button" data-kind="first" data-size="wide">${page.t("panel:forgotten.do")}</button></form>`;
  return { title, body: gate(title, card, html`<p class="aside"><a href="/sign-in">${page.t("panel:sign-in.back")}</a></p>`), alone: true };
}

/** `person`: whose password the link sets; undefined: the link is no good, and `form` says why. */
export function resetPasswordPage(
  page: Page,
  { form, person, hours }: { form: FormState; person: { handle: string; name: string } | undefined; hours: number },
): Content {
  const title = page.t("panel:reset.title");
  const card = person
    ? html`${personCard(page, person, page.t("panel:reset.whose"))}<form class="form" method="post" action="/reset-password">${formError(form)}
<input type="text" name="username" value="${person.handle}" autocomplete="username" class="away" tabindex="-1" aria-hidden="true" readonly>
${field(form, { name: "password", label: page.t("panel:profile.new-password"), hint: page.t("panel:password-hint"), type: "password", autocomplete: "new-password", focus: true })}
${hours > 0 ? noticeBox("plain", page.t("panel:reset.blocked", { count: hours })) : ""}
<button class="button" data-kind="first" data-size="wide">${page.t("panel:reset.do")}</button></form>`
    : html`${formError(form)}<a class="button" data-kind="first" data-size="wide" href="/forgotten-password">${page.t("panel:forgotten.again")}</a>`;
  return { title, body: gate(title, card, html`<p class="aside"><a href="/sign-in">${page.t("panel:sign-in.back")}</a></p>`), alone: true };
}
