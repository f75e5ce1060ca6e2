import { acceptChange } from "../../actions/changes/accept-change.ts";
import { cancelChange } from "../../actions/changes/cancel-change.ts";
import { refuseChange } from "../../actions/changes/refuse-change.ts";
import type { RequestView } from "../../actions/changes/request-view.ts";
import { resendCode } from "../../actions/changes/resend-code.ts";
import { showRequest } from "../../actions/changes/show-request.ts";
import { Refusal, type RefusalDetail, refuse } from "../../domain/refusal.ts";
import { emptyForm, type FormState, readForm } from "../forms.ts";
import type { Notice } from "../page.ts";
import { wrongAccountPage } from "../pages/problem.ts";
import { requestPage } from "../pages/request.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { accountOf, actorOf, type Visit } from "../visit.ts";

/** How long a code from a link waits in its cookie (§10 of SPEC.md): seconds. */
const codeWaits = 15 * 60;

const idOf = (visit: Visit): number => Number(visit.req.param("id"));
const pathOf = (visit: Visit): string => `/useraccount/contacts/${idOf(visit)}`;
const cookieOf = (id: number): string => `code-${id}`;

/** The code of this request that waits for whoever signs in. */
export function waitingCode({ cookies }: Reception, visit: Visit, id: number): string | undefined {
  return cookies.readSealed(visit, cookieOf(id));
}

/** A followed link is exchanged at once for a clean URL; nothing else happens, whoever opens it (§5). */
export async function request(reception: Reception, visit: Visit): Promise<Response> {
  const token = visit.req.query("token");
  if (token === undefined) return showRequestPage(reception, visit, emptyForm, 200);
  if (token.length <= 100) reception.cookies.writeSealed(visit, cookieOf(idOf(visit)), token, codeWaits);
  return goTo(reception, visit, pathOf(visit));
}

async function showRequestPage(reception: Reception, visit: Visit, form: FormState, status: 200 | 422, codeIsOthers = false): Promise<Response> {
  const id = idOf(visit);
  const account = accountOf(visit, pathOf(visit));
  const fromLink = waitingCode(reception, visit, id);
  const seen = await findSeen(reception, visit, id);
  if (!seen) {
    if (fromLink === undefined) refuse({ code: "request-not-found", id });
    return show(reception, visit, (page) => wrongAccountPage(page, { back: pathOf(visit) }), 404);
  }
  const answerable = seen.mine.canAnswer;
  const values = { code: fromLink ?? "", ...form.values };
  const meantFor = codeIsOthers || (fromLink !== undefined && !isApprover(seen, account.id)) ? othersOf(visit, seen, account.id) : undefined;
  const shown = { values: answerable ? values : {}, errors: form.errors };
  return show(
    reception,
    visit,
    (page) =>
      requestPage(page, {
        request: seen,
        form: shown,
        fromLink: fromLink !== undefined && values.code === fromLink,
        meantFor,
        blockedUntil: account.askingBlockedUntil,
        pendingEmail: account.pendingEmail,
      }),
    status,
  );
}

async function findSeen({ context }: Reception, visit: Visit, id: number): Promise<RequestView | undefined> {
  try {
    return await showRequest(context, actorOf(visit, pathOf(visit)), { id });
  } catch (error) {
    if (error instanceof Refusal && error.detail.code === "request-not-found") return undefined;
    throw error;
  }
}

function isApprover(seen: RequestView, account: number): boolean {
  return seen.approvals.some((approval) => approval.account.id === account);
}

function othersOf(visit: Visit, seen: RequestView, account: number): string {
  const others = seen.approvals.filter((approval) => approval.account.id !== account).map((approval) => approval.account);
  return visit.get("page").list(others.map(({ name, handle }) => `${name} (${handle})`));
}

export const accept = (reception: Reception, visit: Visit): Promise<Response> => answer(reception, visit, "accept");
export const refuseIt = (reception: Reception, visit: Visit): Promise<Response> => answer(reception, visit, "refuse");

async function answer(reception: Reception, visit: Visit, word: "accept" | "refuse"): Promise<Response> {
  const { context, cookies } = reception;
  const id = idOf(visit);
  const values = await readForm(visit);
  const code = (values.code ?? "").replace(/\s+/g, "").slice(0, 100);
  // Whose session has ended meanwhile signs in and finds the code where he typed it.
  if (!visit.get("account") && code) cookies.writeSealed(visit, cookieOf(id), code, codeWaits);
  const actor = actorOf(visit, pathOf(visit));
  const act = word === "accept" ? acceptChange : refuseChange;
  const done = await attempt(reception, visit, () => (code ? act(context, actor, { id, code }) : refuse({ code: "code-missing" })), fieldOf);
  if ("errors" in done) {
    // A code that was typed speaks for itself; one from a link has brought the wrong person here.
    const others = done.refused?.code === "code-of-other" && waitingCode(reception, visit, id) === code;
    if (others) cookies.writeSealed(visit, cookieOf(id), code, codeWaits);
    return showRequestPage(reception, visit, { values: { code: values.code ?? "" }, errors: done.errors }, 422, others);
  }
  cookies.drop(visit, cookieOf(id));
  return goTo(reception, visit, pathOf(visit), newsOf(visit, word === "refuse" ? "refused" : done.ok.state === "validatingByCustomers" ? "accepted" : "done"));
}

function fieldOf(detail: RefusalDetail): string {
  return detail.code.startsWith("code-") ? "code" : "form";
}

function newsOf(visit: Visit, what: string, values: Record<string, string> = {}): Notice {
  const { t } = visit.get("page");
  return { look: "done", title: t(`panel:news.${what}`, values), text: t(`panel:news.${what}-text`, values) };
}

export async function resend(reception: Reception, visit: Visit): Promise<Response> {
  const id = idOf(visit);
  const actor = actorOf(visit, pathOf(visit));
  const to = (await readForm(visit)).to === "newcomer" ? "newcomer" : "me";
  const done = await attempt(reception, visit, () => resendCode(reception.context, actor, { id, to }));
  if ("errors" in done) return showRequestPage(reception, visit, { values: {}, errors: done.errors }, 422);
  // What waits in the cookie is an older code now.
  if (to === "me") reception.cookies.drop(visit, cookieOf(id));
  const news =
    to === "me" ? newsOf(visit, "resent") : newsOf(visit, "resent-newcomer", { name: (await showRequest(reception.context, actor, { id })).to.name });
  return goTo(reception, visit, pathOf(visit), news);
}

export async function cancel(reception: Reception, visit: Visit): Promise<Response> {
  const id = idOf(visit);
  const actor = actorOf(visit, pathOf(visit));
  const done = await attempt(reception, visit, () => cancelChange(reception.context, actor, { id }));
  if ("errors" in done) return showRequestPage(reception, visit, { values: {}, errors: done.errors }, 422);
  return goTo(reception, visit, pathOf(visit), newsOf(visit, "cancelled"));
}
