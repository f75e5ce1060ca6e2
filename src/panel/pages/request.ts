import type { RequestView } from "../../actions/changes/request-view.ts";
import { isOpen } from "../../domain/change-request.ts";
import { shownName } from "../../domain/service-name.ts";
import { attribute, wrong } from "../components/field.ts";
import { icon } from "../components/icon.ts";
import { noticeBox } from "../components/notice.ts";
import { personCard } from "../components/person.ts";
import { isReader, rolesInWords, stateOfRequest, titleOfRequest } from "../components/request-words.ts";
import { reasonOf, timeline } from "../components/timeline.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

/**
 * `code`: from the link, waiting in its cookie; `fromLink`: whether it is; `meantFor`: the approvers whose code it is,
 * where it cannot be the reader's; `blockedUntil`: ms; `pendingEmail`: an address that is not confirmed yet.
 */
export type RequestPageView = {
  request: RequestView;
  form: FormState;
  fromLink: boolean;
  meantFor: string | undefined;
  blockedUntil: number | undefined;
  pendingEmail: string | undefined;
};

/** The page where a request is answered and followed (§8 of SPEC.md, PANEL "Feel"). */
export function requestPage(page: Page, view: RequestPageView): Content {
  const { request } = view;
  const title = titleOfRequest(page, request);
  const asked = isReader(page, request.asker)
    ? page.t("panel:request.asked.you", { date: page.dateTime(request.askedAt) })
    : page.t("panel:request.asked", { name: request.asker.name, date: page.dateTime(request.askedAt) });
  const body = html`<div class="head"><a class="back" href="/useraccount/contacts?tab=REQUESTS">${icon("chevron-left")}${page.t("panel:contacts.requests")}</a>
<h1>${title}</h1>
<p class="soft request-line"><span class="figures">#${request.id}</span> <span>${asked}</span> ${stateOfRequest(page, request)}</p></div>
<div class="two"><div class="card stack">
${handing(page, request)}
${isOpen(request.state) || request.state === "done" ? html`<section class="stack-tight"><h2>${page.t("panel:request.means")}</h2>${meaning(page, request)}</section>` : nothing}
${answering(page, view)}
</div>
<section class="card stack-tight"><h2>${page.t("panel:request.stands")}</h2>${timeline(page, request)}</section></div>`;
  return { title, place: "contacts", body };
}

function handing(page: Page, request: RequestView): Html {
  const done = request.state === "done";
  const roles = rolesInWords(page, request);
  return html`<div class="handing">${personCard(page, request.from, page.t(done ? "panel:request.before" : "panel:request.today", { roles }))}${icon("arrow-right")}${personCard(page, request.to, page.t(done ? "panel:request.since" : "panel:request.then", { roles }))}</div>`;
}

/** The consequences as plain sentences, for each role and each reader. */
function meaning(page: Page, request: RequestView): Html {
  const gains = request.roles.map((role) =>
    isReader(page, request.to) ? page.t(`panel:means.gains.${role}.you`) : page.t(`panel:means.gains.${role}`, { name: request.to.name }),
  );
  const loses = request.roles.map((role) =>
    isReader(page, request.from) ? page.t(`panel:means.loses.${role}.you`) : page.t(`panel:means.loses.${role}`, { name: request.from.name }),
  );
  const rest = [
    page.t("panel:means.stays", { service: shownName(request.service.name) }),
    ...(request.roles.some((role) => role !== "billing") ? [page.t("panel:means.passwords")] : []),
    ...(request.state === "validatingByCustomers" ? [page.t("panel:means.expires", { date: page.dateTime(request.expiresAt) })] : []),
  ];
  return html`<ul class="means">${[...gains, ...loses, ...rest].map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

function answering(page: Page, view: RequestPageView): Html {
  const { request } = view;
  const { mine } = request;
  const caution = request.roles.includes("admin") && mine.canAnswer ? noticeBox("caution", page.t("panel:request.caution-admin")) : nothing;
  const blocked =
    view.blockedUntil !== undefined && mine.part === "requester" && mine.canAnswer
      ? noticeBox("caution", page.t("panel:request.blocked", { date: page.dateTime(view.blockedUntil) }))
      : nothing;
  if (mine.canAnswer) return html`${caution}${blocked}${answerForm(page, view)}${meanFor(page, view)}${further(page, view)}`;
  return html`${situation(page, request)}${mine.locked ? codeError(view.form) : nothing}${meanFor(page, view)}${further(page, view)}`;
}

function codeError({ errors }: FormState): Html {
  return wrong("code-error", errors.code);
}

function answerForm(page: Page, { request, form, fromLink }: RequestPageView): Html {
  const error = form.errors.code;
  const code = form.values.code ?? "";
  const action = `/useraccount/contacts/${request.id}`;
  const sentTo = request.approvals.find(({ account }) => isReader(page, account))?.sentTo;
  const hint = fromLink && code ? page.t("panel:request.code.from-link") : page.t("panel:request.code.hint", { email: sentTo ?? page.viewer?.email ?? "" });
  return html`<form class="answer" method="post" action="${action}/accept" id="answer">
<h2><label for="code">${page.t("panel:request.code")}</label></h2>
${wrong("code-error", error)}
<textarea class="input code" id="code" name="code" rows="1" data-code spellcheck="false" autocapitalize="none" autocomplete="one-time-code" aria-describedby="code-hint${error ? " code-error" : ""}"${error ? html` aria-invalid="true" autofocus` : nothing}>${code}</textarea>
<p class="hint" id="code-hint">${hint}</p>
<div class="row"><button class="button" data-kind="first">${icon("check")}${page.t("panel:request.accept")}</button><button class="button" data-kind="refuse" formaction="${action}/refuse">${icon("x")}${page.t("panel:request.refuse")}</button></div>
</form>`;
}

/** Why there is nothing to answer, and what comes next. */
function situation(page: Page, request: RequestView): Html {
  const { mine, state } = request;
  const service = shownName(request.service.name);
  if (mine.locked) return noticeBox("refused", page.t("panel:request.locked"));
  if (state === "validatingByCustomers" && mine.answer === "accepted") return noticeBox("waiting", page.t("panel:request.accepted-waiting"));
  if (state === "validatingByCustomers") return noticeBox("plain", page.t("panel:request.not-asked"));
  if (state === "done")
    return noticeBox(
      "done",
      isReader(page, request.to) ? page.t("panel:request.is-done.you", { service }) : page.t("panel:request.is-done", { service, name: request.to.name }),
    );
  if (state === "error") return noticeBox("refused", reasonOf(page, request));
  if (state === "doing") return noticeBox("waiting", page.t("panel:step.doing.text"));
  return noticeBox("plain", page.t("panel:step.unchanged"));
}

/** A code that is another account's: whose, and the way to change over. The code keeps waiting in its cookie. */
function meanFor(page: Page, { request, meantFor }: RequestPageView): Html {
  if (!meantFor) return nothing;
  return noticeBox("waiting", page.t("panel:request.code-of", { names: meantFor }), switchForm(page, `/useraccount/contacts/${request.id}`));
}

/** Signs out and comes back after signing in as somebody else. */
export function switchForm(page: Page, back: string): Html {
  return html`<form method="post" action="/sign-out"><input type="hidden" name="return" value="${back}"><button class="button" data-size="small">${page.t("panel:switch")}</button></form>`;
}

function further(page: Page, { request, form, pendingEmail }: RequestPageView): Html {
  const { mine, id } = request;
  if (!mine.canResend && !mine.canResendToNewcomer && !mine.canCancel) return form.errors.form ? wrong("form-error", form.errors.form) : nothing;
  const sentTo = request.approvals.find(({ account }) => isReader(page, account))?.sentTo;
  return html`<div class="stack-tight further">${wrong("form-error", form.errors.form)}
${mine.canResend && sentTo ? html`<p class="hint">${pendingEmail ? page.t("panel:request.sent-to-pending", { email: sentTo, pending: pendingEmail }) : page.t("panel:request.sent-to", { email: sentTo })} <a href="/useraccount/profile">${page.t("panel:request.correct-address")}</a></p>` : nothing}
<div class="row">${mine.canResend ? post(`${id}/resend`, page.t("panel:request.resend"), "rotate-cw", "me") : nothing}${mine.canResendToNewcomer ? post(`${id}/resend`, page.t("panel:request.resend-to", { name: request.to.name }), "rotate-cw", "newcomer") : nothing}${mine.canCancel ? post(`${id}/cancel`, page.t("panel:request.cancel"), "ban") : nothing}</div></div>`;
}

function post(path: string, words: string, picture: string, to?: string): Html {
  return html`<form method="post" action="/useraccount/contacts/${path}"${attribute("data-to", to)}>${to ? html`<input type="hidden" name="to" value="${to}">` : nothing}<button class="button" data-size="small" data-kind="plain">${icon(picture)}${words}</button></form>`;
}
