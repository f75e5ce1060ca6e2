import { icon } from "../components/icon.ts";
import { moment } from "../components/request-words.ts";
import { type Html, html } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

type Mail = { number: number; at: number; to: string; subject: string; text: string };

/** What was written to the account, with masked codes. */
export function mailsPage(page: Page, mails: readonly Mail[]): Content {
  const title = page.t("panel:mails.title");
  const body = html`<div class="head"><h1>${title}</h1><p class="soft">${page.t("panel:mails.intro")}</p></div>${mails.length === 0 ? noMails(page) : list(page, mails)}`;
  return { title, place: "profile", body };
}

function noMails(page: Page): Html {
  return html`<div class="empty">${icon("mails")}<h2>${page.t("panel:mails.none.title")}</h2><p>${page.t("panel:mails.none.text")}</p></div>`;
}

function list(page: Page, mails: readonly Mail[]): Html {
  const line = ({ number, subject, at, to }: Mail) =>
    html`<li><a href="/useraccount/mails/${number}"><span>${subject}</span>${moment(page, at)}<span class="small soft">${page.t("panel:mails.sent-to", { email: to })}</span></a></li>`;
  return html`<ul class="letters card-list">${mails.map(line)}</ul>`;
}

/** One of them, as plain text. */
export function mailPage(page: Page, { subject, at, to, text }: Mail): Content {
  const body = html`<div class="head"><a class="back" href="/useraccount/mails">${icon("chevron-left")}${page.t("panel:mails.title")}</a><h1>${subject}</h1><p class="soft request-line"><span>${page.t("panel:mails.sent-to", { email: to })}</span> ${moment(page, at)}</p></div>
<div class="card"><pre class="plain-letter">${text}</pre></div>`;
  return { title: subject, place: "profile", body };
}
