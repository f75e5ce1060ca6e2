import type { RequestView } from "../../actions/changes/request-view.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";
import { icon } from "./icon.ts";
import { isReader, moment, rolesInWords } from "./request-words.ts";

type Step = { look: "done" | "waiting" | "refused" | "plain"; icon: string; what: string; at?: number | null; more?: string };

/** Where a request stands: what has happened, who is awaited, what comes last (PANEL: a timeline, not a table of codes). */
export function timeline(page: Page, request: RequestView): Html {
  const steps = [
    asked(page, request),
    mailed(page, request),
    ...inOrder(request.approvals).map((approval) => answered(page, request, approval)),
    end(page, request),
  ];
  return html`<ol class="steps">${steps.filter((step) => step !== undefined).map((step) => stepItem(page, step))}</ol>`;
}

/** Answers as they came, then those who are awaited. */
function inOrder(approvals: RequestView["approvals"]): RequestView["approvals"] {
  return approvals.toSorted((a, b) => (a.answeredAt ?? Number.POSITIVE_INFINITY) - (b.answeredAt ?? Number.POSITIVE_INFINITY) || 0);
}

function stepItem(page: Page, step: Step): Html {
  return html`<li data-look="${step.look}"><span class="knot">${icon(step.icon)}</span><span class="what">${step.what}</span>${step.more ? html`<span class="more">${step.more}</span>` : nothing}${step.at ? moment(page, step.at) : nothing}</li>`;
}

/** A text that has two forms: `key.you` for the reader himself, `key` with {{name}} for others. */
function who(page: Page, key: string, person: { id: number; name: string }): string {
  return isReader(page, person) ? page.t(`panel:${key}.you`) : page.t(`panel:${key}`, { name: person.name });
}

function asked(page: Page, request: RequestView): Step {
  return { look: "done", icon: "send", what: who(page, "step.asked", request.asker), at: request.askedAt, more: rolesInWords(page, request) };
}

function mailed(page: Page, request: RequestView): Step {
  const names = page.list(request.approvals.map(({ account }) => account.handle));
  return {
    look: "done",
    icon: "mail-check",
    what: page.t("panel:step.mailed", { count: request.approvals.length }),
    at: Math.max(...inOrder(request.approvals).map((approval) => approval.sentAt)),
    more: names,
  };
}

function answered(page: Page, request: RequestView, { account, answer, answeredAt }: RequestView["approvals"][number]): Step | undefined {
  if (answer === "accepted") return { look: "done", icon: "check", what: who(page, "step.accepted", account), at: answeredAt };
  if (answer === "refused") return { look: "refused", icon: "x", what: who(page, "step.refused", account), at: answeredAt };
  if (request.state === "validatingByCustomers")
    return {
      look: "waiting",
      icon: "hourglass",
      what: who(page, "step.awaited", account),
      more: page.t("panel:step.until", { date: page.dateTime(request.expiresAt) }),
    };
  return { look: "plain", icon: "hourglass", what: who(page, "step.unanswered", account) };
}

function end(page: Page, request: RequestView): Step | undefined {
  const at = request.closedAt;
  switch (request.state) {
    case "done":
      return { look: "done", icon: "flag", what: page.t("panel:step.done"), at, more: page.t("panel:step.done.text") };
    case "refused":
      return { look: "refused", icon: "flag", what: page.t("panel:step.ended"), at, more: page.t("panel:step.unchanged") };
    case "aborted":
      return {
        look: "plain",
        icon: "ban",
        what: request.closedBy ? who(page, "step.cancelled", request.closedBy) : page.t("terms:request.state.aborted"),
        at,
        more: page.t("panel:step.unchanged"),
      };
    case "expired":
      return { look: "plain", icon: "clock", what: page.t("terms:request.state.expired"), at, more: page.t("panel:step.unchanged") };
    case "error":
      return { look: "refused", icon: "triangle-alert", what: page.t("terms:request.state.error"), at, more: reasonOf(page, request) };
    case "doing":
      return { look: "waiting", icon: "hourglass", what: page.t("terms:request.state.doing"), more: page.t("panel:step.doing.text") };
    default:
      return { look: "plain", icon: "flag", what: page.t("panel:step.then"), more: page.t("panel:step.then.text") };
  }
}

/** Why a request failed. */
export function reasonOf(page: Page, request: RequestView): string {
  return page.t(`panel:reason.${request.reason ?? "unknown"}`);
}
