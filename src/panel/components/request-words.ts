import type { RequestView } from "../../actions/changes/request-view.ts";
import { isOpen } from "../../domain/change-request.ts";
import { shownName } from "../../domain/service-name.ts";
import { type Html, html } from "../html.ts";
import type { Page } from "../page.ts";
import { state } from "./service-words.ts";

/** The reader himself as "you" in a text of the catalogue has a key of its own: `….you`. */
export function isReader(page: Page, person: { id: number }): boolean {
  return page.viewer?.id === person.id;
}

/** Nobody's answer, mine, somebody else's, or mine and somebody else's. */
export function stateOfRequest(page: Page, request: RequestView): Html {
  const date = request.closedAt === null ? "" : page.date(request.closedAt);
  const by = request.closedBy?.name ?? "";
  switch (request.state) {
    case "validatingByCustomers":
      return state("waiting", waitsFor(page, request));
    case "done":
      return state("done", page.t("panel:request.state.done", { date }));
    case "refused":
      return state(
        "refused",
        request.closedBy && isReader(page, request.closedBy) ? page.t("panel:request.state.refused.you") : page.t("panel:request.state.refused", { name: by }),
      );
    case "aborted":
      return state(
        "plain",
        request.closedBy && isReader(page, request.closedBy) ? page.t("panel:request.state.aborted.you") : page.t("panel:request.state.aborted", { name: by }),
      );
    case "expired":
      return state("plain", page.t("panel:request.state.expired", { date }));
    case "error":
      return state("refused", page.t("terms:request.state.error"));
    case "doing":
      return state("waiting", page.t("terms:request.state.doing"));
    default:
      return state("waiting", page.t(`terms:request.state.${request.state}`));
  }
}

function waitsFor(page: Page, request: RequestView): string {
  const awaited = request.approvals.filter((approval) => approval.answer === null).map((approval) => approval.account);
  const others = page.list(awaited.filter((person) => !isReader(page, person)).map((person) => person.name));
  if (!awaited.some((person) => isReader(page, person))) return page.t("panel:request.waits.other", { names: others });
  return others ? page.t("panel:request.waits.both", { names: others }) : page.t("panel:request.waits.you");
}

/** The roles as a list of names: "technical contact and billing contact". */
export function rolesInWords(page: Page, request: RequestView): string {
  return page.list(request.roles.map((role) => page.t(`terms:role.full.${role}`)));
}

/** What a request is about, in one sentence: also the title of its page. */
export function titleOfRequest(page: Page, request: RequestView): string {
  const what = request.roles.length === 1 ? (request.roles[0] ?? "admin") : "several";
  const values = { service: shownName(request.service.name), name: request.to.name };
  if (!isOpen(request.state)) return page.t(`panel:request.title.closed.${what}`, values);
  return isReader(page, request.to) ? page.t(`panel:request.title.you.${what}`, values) : page.t(`panel:request.title.${what}`, values);
}

/** Day and hour for a table: "21 Nov 2026, 09:14". */
export function moment(page: Page, at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${page.date(at, "short")}, ${page.time(at)}</time>`;
}
