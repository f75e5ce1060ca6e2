import { wrong } from "../components/field.ts";
import { icon } from "../components/icon.ts";
import { noticeBox } from "../components/notice.ts";
import type { FormState } from "../forms.ts";
import { html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { gate } from "./gate.ts";

/** `awaited`: the signed-in reader's address that waits to be confirmed; `fromLink`: the code came with the link. */
export type ConfirmAddressView = { form: FormState; fromLink: boolean; awaited: string | undefined };

/** Opening the link shows this page; only its button confirms (§10 of SPEC.md). */
export function confirmAddressPage(page: Page, { form, fromLink, awaited }: ConfirmAddressView): Content {
  const title = page.t("panel:confirm.title");
  const error = form.errors.code ?? form.errors.form;
  const text = fromLink ? page.t("panel:confirm.from-link") : awaited ? page.t("panel:confirm.typed-to", { email: awaited }) : page.t("panel:confirm.typed");
  const card = html`<p>${text}</p><form class="answer" method="post" action="/confirm-address">
<div class="field"><label for="code">${page.t("panel:confirm.code")}</label>${wrong("code-error", error)}
<textarea class="input code" id="code" name="code" rows="1" data-code spellcheck="false" autocapitalize="none" autocomplete="one-time-code"${error ? html` aria-invalid="true" aria-describedby="code-error" autofocus` : nothing}>${form.values.code ?? ""}</textarea></div>
<button class="button" data-kind="first" data-size="wide">${icon("check")}${page.t("panel:confirm.do")}</button></form>`;
  const below = awaited
    ? html`<form class="aside" method="post" action="/confirm-address/send"><span class="soft">${page.t("panel:confirm.no-mail")}</span> <button class="link">${page.t("panel:confirm.send-again")}</button></form>`
    : noticeBox(
        "plain",
        page.t("panel:confirm.sign-in-hint"),
        html`<a class="button" data-size="small" href="/sign-in?return=%2Fconfirm-address">${page.t("panel:sign-in.do")}</a>`,
      );
  return { title, body: gate(title, card, awaited || !page.viewer ? below : nothing), alone: true };
}
