import type { RequestPage } from "../../actions/changes/list-requests.ts";
import type { RequestView } from "../../actions/changes/request-view.ts";
import { shownName } from "../../domain/service-name.ts";
import { choice } from "../components/choice.ts";
import { handleChip } from "../components/handle.ts";
import { icon } from "../components/icon.ts";
import { pager } from "../components/pager.ts";
import { withQuery } from "../components/query.ts";
import { moment, stateOfRequest } from "../components/request-words.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { type ContactsHead, contactsHead } from "./contacts-head.ts";

/** `mine`: those that wait for the reader's answer. */
export const requestFilters = ["open", "mine", "closed", "done", "refused", "expired", "aborted", "error"] as const;
export const directions = ["sent", "received"] as const;

export type RequestsQuery = {
  state?: (typeof requestFilters)[number] | undefined;
  direction?: (typeof directions)[number] | undefined;
  after?: number | undefined;
  before?: number | undefined;
};
export type RequestsView = { head: ContactsHead; query: RequestsQuery; list: RequestPage };

/** My contacts, tab "My requests" (§8 of SPEC.md). */
export function requestsPage(page: Page, view: RequestsView): Content {
  const frame = html`<turbo-frame id="requests" data-turbo-action="advance" target="_top">${results(page, view)}</turbo-frame>`;
  if (page.frame === "requests") return { title: page.t("panel:contacts.requests"), place: "contacts", body: frame };
  const body = html`${contactsHead(page, { ...view.head, answering: view.query.state === "mine" })}
<p class="soft">${page.t("panel:requests.intro")}</p>
${filters(page, view.query)}
<p class="away" role="status" data-results></p>
${frame}`;
  return { title: page.t("panel:contacts.requests"), place: "contacts", body };
}

function requestsUrl(query: RequestsQuery, change: Record<string, number | undefined>): string {
  return withQuery("/useraccount/contacts", { tab: "REQUESTS", ...query, ...change });
}

function filters(page: Page, query: RequestsQuery): Html {
  const states = requestFilters.map((value) => ({ value, label: page.t(`panel:requests.filter.${value}`) }));
  const ways = directions.map((value) => ({ value, label: page.t(`panel:requests.${value}`) }));
  return html`<form class="filters" method="get" action="/useraccount/contacts" data-turbo-frame="requests" data-turbo-action="replace"><input type="hidden" name="tab" value="REQUESTS">
${choice({ name: "state", label: page.t("panel:requests.column.state"), icon: "funnel", chosen: query.state ?? "", choices: [{ value: "", label: page.t("panel:requests.all-states") }, ...states] })}
${choice({ name: "direction", label: page.t("panel:requests.direction"), icon: "arrow-left-right", chosen: query.direction ?? "", choices: [{ value: "", label: page.t("panel:requests.both-directions") }, ...ways] })}
<button class="button without-script">${page.t("panel:filter")}</button></form>`;
}

function results(page: Page, { list, query }: RequestsView): Html {
  if (list.rows.length === 0) return empty(page, query);
  const head = (key: string) => html`<th scope="col">${page.t(`panel:requests.column.${key}`)}</th>`;
  return html`<table class="sheet"><caption>${page.t("panel:requests.caption")}</caption>
<thead><tr>${["id", "service", "from", "to", "state"].map(head)}<th scope="col"><span class="away">${page.t("panel:requests.column.action")}</span></th></tr></thead>
<tbody>${list.rows.map((request) => row(page, request))}</tbody></table>
${pager(page, page.t("panel:requests.shown", { count: list.rows.length }), { previous: list.previous === undefined ? undefined : requestsUrl(query, { before: list.previous, after: undefined }), next: list.next === undefined ? undefined : requestsUrl(query, { after: list.next, before: undefined }) }, { frame: "requests" })}`;
}

function row(page: Page, request: RequestView): Html {
  const label = (key: string) => page.t(`panel:requests.column.${key}`);
  const roles = request.roles.map((role) => page.t(`terms:role.short.${role}`));
  return html`<tr><td data-label="${label("id")}"><span class="two-lines"><a class="handle" href="/useraccount/contacts/${request.id}">#${request.id}</a><small class="soft">${moment(page, request.askedAt)}</small></span></td>
<th scope="row" class="about"><span class="thing"><span><a href="/useraccount/contacts/${request.id}">${shownName(request.service.name)}</a><small>${page.list(roles)}</small></span></span></th>
<td data-label="${label("from")}"><span>${handleChip(page, request.from.handle)}</span></td><td data-label="${label("to")}"><span>${handleChip(page, request.to.handle)}</span></td>
<td data-label="${label("state")}"><span>${stateOfRequest(page, request)}</span></td><td class="end">${action(page, request)}</td></tr>`;
}

/** The one thing that is next for the reader; everything else is on the page of the request. */
function action(page: Page, request: RequestView): Html {
  const { mine, id } = request;
  if (mine.canAnswer)
    return html`<a class="button" data-kind="first" data-size="small" href="/useraccount/contacts/${id}">${page.t("panel:requests.answer")}</a>`;
  if (mine.canResend || mine.canResendToNewcomer)
    return html`<form method="post" action="/useraccount/contacts/${id}/resend"><input type="hidden" name="to" value="${mine.canResend ? "me" : "newcomer"}"><button class="button" data-size="small">${page.t("panel:request.resend")}</button></form>`;
  if (request.state === "expired" && mine.part === "requester")
    return html`<a class="button" data-size="small" href="/useraccount/services/${request.service.id}">${page.t("panel:requests.ask-again")}</a>`;
  return nothing;
}

function empty(page: Page, query: RequestsQuery): Html {
  const filtered = query.state !== undefined || query.direction !== undefined;
  const kind = filtered ? "no-match" : "none";
  const clear = filtered ? html`<a class="button" href="/useraccount/contacts?tab=REQUESTS">${page.t("panel:requests.show-all")}</a>` : nothing;
  return html`<div class="empty" role="status">${icon("inbox")}<h2>${page.t(`panel:requests.${kind}.title`)}</h2><p>${page.t(`panel:requests.${kind}.text`)}</p>${clear}</div>`;
}
