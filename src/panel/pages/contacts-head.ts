import { noticeBox } from "../components/notice.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";

export type Tab = "SERVICES" | "REQUESTS";

/** What stands over both tabs. `services`: how many the account has; `waiting`: requests that await its answer; `firstExpiry`: ms; `answering`: the list shows these requests already. */
export type ContactsHead = { tab: Tab; answering?: boolean; services: number; waiting: number; firstExpiry: number | undefined };

/** Title, tabs, and what waits for the reader's answer (§8 of SPEC.md). */
export function contactsHead(page: Page, head: ContactsHead): Html {
  return html`<h1>${page.t("panel:contacts.title")}</h1>
<nav class="tabs" aria-label="${page.t("panel:contacts.tabs")}">
${tab(head, "SERVICES", page.t("panel:contacts.services"), html`<span class="count">${page.number(head.services)}</span>`)}
${tab(head, "REQUESTS", page.t("panel:contacts.requests"), head.waiting ? html`<span class="count" data-look="waiting"><span class="full">${page.t("panel:contacts.waiting-count", { count: head.waiting })}</span><span class="short" aria-hidden="true">${page.number(head.waiting)}</span></span>` : nothing)}
</nav>
${banner(page, head)}${unconfirmed(page)}`;
}

function tab(head: ContactsHead, name: Tab, text: string, mark: Html): Html {
  return html`<a href="/useraccount/contacts?tab=${name}"${name === head.tab ? html` aria-current="page"` : nothing}>${text} ${mark}</a>`;
}

function banner(page: Page, { waiting, firstExpiry, answering }: ContactsHead): Html {
  if (waiting === 0 || answering) return nothing;
  const until =
    firstExpiry === undefined
      ? nothing
      : html` <span class="soft">${page.t("panel:contacts.first-expiry", { count: waiting, date: page.dateTime(firstExpiry) })}</span>`;
  return noticeBox(
    "waiting",
    html`<strong>${page.t("panel:contacts.waiting", { count: waiting })}</strong>${until}`,
    html`<a class="button" data-size="small" href="/useraccount/contacts?tab=REQUESTS&amp;state=mine">${page.t("panel:contacts.answer-them", { count: waiting })}</a>`,
  );
}

/** Without a confirmed address nothing can be asked or taken over: said before somebody tries. */
function unconfirmed(page: Page): Html {
  if (!page.viewer || page.viewer.emailVerified) return nothing;
  return noticeBox(
    "waiting",
    html`<strong>${page.t("panel:unconfirmed.title")}</strong> <span class="soft">${page.t("panel:unconfirmed.text", { email: page.viewer.email })}</span>`,
    html`<a class="button" data-size="small" href="/confirm-address">${page.t("panel:unconfirmed.go")}</a>`,
  );
}
