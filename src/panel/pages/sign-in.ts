import { attribute, field, formError } from "../components/field.ts";
import { copyChip } from "../components/handle.ts";
import { noticeBox } from "../components/notice.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { gate } from "./gate.ts";

/** Somebody of the demonstration, whose password may be known to everybody. */
export type DemoAccount = { readonly name: string; readonly handle: string; readonly password: string; readonly about?: string };

/** `back`: where to go on to; `codeWaits`: a code from a link waits for whoever signs in. */
export type SignInView = { form: FormState; back: string | undefined; codeWaits: boolean; demo: readonly DemoAccount[] };

export function signInPage(page: Page, { form, back, codeWaits, demo }: SignInView): Content {
  const card = html`${codeWaits ? noticeBox("waiting", page.t("panel:sign-in.code-waits")) : nothing}
<form class="form" method="post" action="/sign-in">${formError(form)}<input type="hidden" name="return"${attribute("value", back)}>
${field(form, { name: "login", label: page.t("panel:sign-in.login"), hint: page.t("panel:sign-in.login-hint"), autocomplete: "username", kind: "handle", focus: true })}
${field(form, { name: "password", label: page.t("panel:password"), type: "password", autocomplete: "current-password" })}
<button class="button" data-kind="first" data-size="wide">${page.t("panel:sign-in.do")}</button></form>
<p class="small"><a href="/forgotten-password">${page.t("panel:forgotten.link")}</a></p>`;
  const below = html`${page.signUpOpen ? html`<p class="aside">${page.t("panel:sign-in.no-account")} <a href="/sign-up">${page.t("panel:sign-up.link")}</a></p>` : nothing}${demoHint(page, demo)}`;
  return { title: page.t("panel:sign-in.title"), body: gate(page.t("panel:sign-in.title"), card, below), alone: true };
}

/** With whom a newcomer can play both sides. */
function demoHint(page: Page, demo: readonly DemoAccount[]): Html {
  if (demo.length === 0) return nothing;
  const people = demo.map(
    ({ name, handle, about }) =>
      html`<li><span><strong>${name}</strong>${about ? html` <span class="soft">${about}</span>` : nothing}</span><span>${copyChip(page, handle)}</span></li>`,
  );
  const passwords = [...new Set(demo.map(({ password }) => password))].map((password) => copyChip(page, password));
  return html`<section class="card stack-tight demo"><h2>${page.t("panel:demo.title")}</h2><p class="small soft">${page.t("panel:demo.text")}</p><ul class="demo-people">${people}<li><span>${page.t("panel:demo.password")}</span><span>${passwords}</span></li></ul></section>`;
}
