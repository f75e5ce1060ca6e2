import { formError } from "../components/field.ts";
import { copyChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { passwordAgain, validityField } from "../components/key-fields.ts";
import { exactRules, fromWhere, type RulesView, rulesInWords } from "../components/key-rules.ts";
import { noticeBox } from "../components/notice.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { gate } from "./gate.ts";
import { switchForm } from "./request.ts";

/** A program that asks for a key. `owner`: whose program; `redirection`: where it wants to be gone on to. */
export type AgreeView = {
  token: string;
  application: { name: string; description: string; owner: string };
  words: RulesView;
  allowedIPs: readonly string[] | null;
  redirection: string | null;
  agreeableUntil: number | null;
  form: FormState;
};

/** Where somebody agrees to what a program may do, or declines. */
export function agreePage(page: Page, view: AgreeView): Content {
  const { application } = view;
  const body = html`<div class="medium gate stack"><div class="head"><h1>${page.t("panel:agree.heading", { application: application.name })}</h1><p class="soft">${page.t("panel:agree.by", { owner: application.owner })}</p></div>
<div class="card stack">${application.description ? html`<p class="lines">${application.description}</p>` : nothing}
<div class="request-line"><span class="soft">${page.t("panel:agree.account")}</span><span><strong>${page.viewer?.name ?? ""}</strong> ${copyChip(page, page.viewer?.handle ?? "")}</span></div>
<section class="stack-tight"><h2>${page.t("panel:agree.may")}</h2>${view.words.everything || view.words.powers.some(({ power }) => power === "change-address") ? noticeBox("caution", page.t("panel:agree.caution-everything")) : nothing}${rulesInWords(page, view.words)}${exactRules(page, view.words.rules)}<p class="small soft">${fromWhere(page, view.allowedIPs)}${goesOn(page, view.redirection)}</p></section>
${answerForm(page, view)}</div>${switchForm(page, "/auth/")}</div>`;
  return { title: page.t("panel:agree.title"), body, alone: true };
}

function goesOn(page: Page, redirection: string | null): string {
  const host = hostOf(redirection);
  return host === undefined ? "" : ` ${page.t("panel:agree.redirection", { host })}`;
}

function answerForm(page: Page, { token, form, agreeableUntil }: AgreeView): Html {
  return html`<form class="form" method="post" action="/auth/">${formError(form)}<input type="hidden" name="credentialToken" value="${token}">
${validityField(page, form)}${passwordAgain(page, form)}<p class="small soft">${page.t("panel:agree.caution")}${agreeableUntil === null ? "" : ` ${page.t("panel:agree.until", { time: page.dateTime(agreeableUntil) })}`}</p>
<div class="row"><button class="button" data-kind="first">${icon("check")}${page.t("panel:agree.do")}</button><button class="button" data-kind="refuse" formaction="/auth/decline" formnovalidate>${icon("x")}${page.t("panel:agree.decline")}</button></div></form>`;
}

/** What came of it, with the way on: a redirect to elsewhere would be stopped by our own policy for forms. */
export function answeredPage(page: Page, given: { answer: "agreed" | "declined"; application: string; redirection: string | null }): Content {
  const { answer, application, redirection } = given;
  const title = page.t(`panel:agree.${answer}`);
  const host = hostOf(redirection);
  const on =
    host === undefined
      ? nothing
      : html`<a class="button" data-kind="first" href="${redirection ?? ""}" rel="noreferrer">${page.t("panel:agree.go-on", { host })}${icon("arrow-right")}</a>`;
  const card = html`<p>${page.t(`panel:agree.${answer}-text`, { application })}</p><div class="row">${on}<a class="button" href="/useraccount/keys">${page.t("panel:secrets.back")}</a></div>`;
  return { title, body: gate(title, card, nothing), alone: true };
}

/** Nothing to agree to: answered, expired, or never asked. */
export function closedPage(page: Page): Content {
  const title = page.t("panel:agree.closed");
  const body = html`<div class="narrow gate"><div class="empty">${icon("key-round")}<h1>${title}</h1><p>${page.t("panel:agree.closed-text")}</p><a class="button" href="/useraccount/keys">${page.t("panel:secrets.back")}</a></div></div>`;
  return { title, body, alone: true };
}

/** The host of a page of the web; undefined: it is none, and there is no link. */
function hostOf(address: string | null): string | undefined {
  const url = URL.parse(address ?? "");
  return url && (url.protocol === "https:" || url.protocol === "http:") ? url.host : undefined;
}
