import { icon } from "../components/icon.ts";
import { moment } from "../components/request-words.ts";
import { html } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

export type MailboxLetter = { id: string; to: string; subject: string; date: string };

/** The mails that a system without a mail server would have sent: for the demonstration only. */
export function mailboxPage(page: Page, { letters, to }: { letters: readonly MailboxLetter[]; to: string | undefined }): Content {
  const line = (letter: MailboxLetter) =>
    html`<li><a href="/mailbox/${letter.id}"><span>${letter.subject}</span>${moment(page, Date.parse(letter.date))}<span class="small soft">${letter.to}</span></a></li>`;
  const list = letters.length
    ? html`<ul class="letters card-list">${letters.map(line)}</ul>`
    : html`<div class="empty">${icon("inbox")}<h2>${page.t("panel:mailbox.none")}</h2><p>${page.t("panel:mailbox.none-text")}</p></div>`;
  const body = html`<div class="head"><h1>${page.t("panel:mailbox.title")}</h1><p class="soft">${page.t("panel:mailbox.text")}</p></div>
<form class="filters" method="get" action="/mailbox" role="search" aria-label="${page.t("panel:mailbox.to")}"><span class="choice seek" data-lead>${icon("search")}<input class="input" type="search" name="to" value="${to ?? ""}" placeholder="${page.t("panel:mailbox.to")}" aria-label="${page.t("panel:mailbox.to")}"></span><button class="button">${page.t("panel:filter")}</button></form>${list}`;
  return { title: page.t("panel:mailbox.title"), body };
}

/** One letter; its HTML part in a frame that may do nothing but open links. */
export function letterPage(page: Page, letter: MailboxLetter & { text: string }): Content {
  const body = html`<div class="head"><a class="back" href="/mailbox">${icon("chevron-left")}${page.t("panel:mailbox.title")}</a><h1>${letter.subject}</h1><p class="soft request-line"><span>${letter.to}</span> ${moment(page, Date.parse(letter.date))}</p></div>
<iframe class="letter" src="/mailbox/${letter.id}/html" title="${letter.subject}" sandbox="allow-top-navigation-by-user-activation allow-popups"></iframe>
<details class="more-about"><summary>${icon("mail")}${page.t("panel:mailbox.text-part")}${icon("chevron-down")}</summary><pre class="plain-letter">${letter.text}</pre></details>`;
  return { title: letter.subject, body };
}
