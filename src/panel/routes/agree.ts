import { declineCredential } from "../../actions/keys/decline-credential.ts";
import { findPending, type PendingView } from "../../actions/keys/find-pending.ts";
import { validateCredential } from "../../actions/keys/validate-credential.ts";
import type { Validity } from "../../domain/credential-life.ts";
import { emptyForm, type FormState, readForm } from "../forms.ts";
import { agreePage, answeredPage, closedPage } from "../pages/agree.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { accountOf, actorOf, type Visit } from "../visit.ts";
import { fieldOfKeyRefusal } from "./create-key.ts";
import { rulesView } from "./rules-view.ts";

const here = "/auth/";
const linkWaits = 60 * 60;

/** The link of a program is exchanged at once for a clean address; its secret waits, also while somebody signs in. */
export async function agreeForm(reception: Reception, visit: Visit): Promise<Response> {
  const token = visit.req.query("credentialToken");
  if (token !== undefined) {
    if (token.length <= 200) reception.cookies.writeSealed(visit, "agree", token, linkWaits);
    else reception.cookies.drop(visit, "agree");
    return goTo(reception, visit, here);
  }
  accountOf(visit, here);
  return showPending(reception, visit, reception.cookies.readSealed(visit, "agree") ?? "", emptyForm);
}

async function showPending(reception: Reception, visit: Visit, token: string, form: FormState): Promise<Response> {
  const pending = await pendingOf(reception, visit, token);
  if (pending === undefined) return showClosed(reception, visit);
  const { rules, expiresAt: agreeableUntil, ...rest } = pending;
  const words = rulesView(reception, rules);
  return show(reception, visit, (page) => agreePage(page, { token, ...rest, words, agreeableUntil, form }), form === emptyForm ? 200 : 422);
}

async function pendingOf(reception: Reception, visit: Visit, token: string): Promise<PendingView | undefined> {
  const found = await attempt(reception, visit, () => findPending(reception.context, { token }));
  return "ok" in found ? found.ok : undefined;
}

function showClosed(reception: Reception, visit: Visit): Promise<Response> {
  reception.cookies.drop(visit, "agree");
  return show(reception, visit, closedPage, 404);
}

/** The form names the request that it showed: another one may have been opened meanwhile. */
export async function agree(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const { credentialToken: token = "", password = "", ...values } = await readForm(visit);
  const pending = await pendingOf(reception, visit, token);
  if (pending === undefined) return showClosed(reception, visit);
  const validity = values.validity as Validity;
  const agreed = await attempt(reception, visit, () => validateCredential(reception.context, actor, { token, validity, password }), fieldOfKeyRefusal);
  if ("errors" in agreed) return showPending(reception, visit, token, { values, errors: agreed.errors });
  return showAnswered(reception, visit, "agreed", pending);
}

export async function decline(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const { credentialToken: token = "" } = await readForm(visit);
  const pending = await pendingOf(reception, visit, token);
  if (pending === undefined) return showClosed(reception, visit);
  const declined = await attempt(reception, visit, () => declineCredential(reception.context, actor, { token }));
  return "errors" in declined ? showClosed(reception, visit) : showAnswered(reception, visit, "declined", pending);
}

function showAnswered(reception: Reception, visit: Visit, answer: "agreed" | "declined", pending: PendingView): Promise<Response> {
  reception.cookies.drop(visit, "agree");
  const { application, redirection } = pending;
  return show(reception, visit, (page) => answeredPage(page, { answer, application: application.name, redirection }));
}
