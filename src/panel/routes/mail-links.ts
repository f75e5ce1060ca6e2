import { confirmAddress } from "../../actions/accounts/confirm-address.ts";
import { findReset } from "../../actions/accounts/find-reset.ts";
import { forgotPassword } from "../../actions/accounts/forgot-password.ts";
import { resetPassword } from "../../actions/accounts/reset-password.ts";
import { sendConfirmation } from "../../actions/accounts/send-confirmation.ts";
import { signOut } from "../../actions/accounts/sign-out.ts";
import { refuse } from "../../domain/refusal.ts";
import { emptyForm, type FormState, readForm } from "../forms.ts";
import { confirmAddressPage } from "../pages/confirm-address.ts";
import { forgottenPasswordPage, resetPasswordPage } from "../pages/passwords.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { writeSession } from "../session-cookie.ts";
import { actorOf, type Visit } from "../visit.ts";

const linkWaits = 15 * 60;

/** A link from a mail is exchanged at once for a clean URL (§10: all links show a page; only its form acts). */
function exchange(reception: Reception, visit: Visit, name: "reset" | "confirm", path: string): Response | undefined {
  const token = visit.req.query("token");
  if (token === undefined) return undefined;
  if (token.length <= 200) reception.cookies.writeSealed(visit, name, token, linkWaits);
  return goTo(reception, visit, path);
}

export function forgotten(reception: Reception, visit: Visit): Promise<Response> {
  const sent = visit.req.query("sent") !== undefined;
  return show(reception, visit, (page) => forgottenPasswordPage(page, { form: emptyForm, sent }));
}

/** The same answer for known and unknown accounts. */
export async function sendReset(reception: Reception, visit: Visit): Promise<Response> {
  const values = await readForm(visit);
  const asked = await attempt(
    reception,
    visit,
    () => forgotPassword(reception.context, visit.get("source"), { login: values.login ?? "" }),
    () => "login",
  );
  if ("errors" in asked) return show(reception, visit, (page) => forgottenPasswordPage(page, { form: { values, errors: asked.errors }, sent: false }), 422);
  return goTo(reception, visit, "/forgotten-password?sent=1");
}

export async function resetForm(reception: Reception, visit: Visit): Promise<Response> {
  return exchange(reception, visit, "reset", "/reset-password") ?? showReset(reception, visit, emptyForm);
}

async function showReset(reception: Reception, visit: Visit, form: FormState): Promise<Response> {
  const { context, cookies } = reception;
  const code = cookies.readSealed(visit, "reset");
  const found = await attempt(reception, visit, () => (code ? findReset(context, { code }) : refuse({ code: "link-invalid" })));
  const hours = context.settings.resetBlockHours;
  if ("errors" in found)
    return show(reception, visit, (page) => resetPasswordPage(page, { form: { values: {}, errors: found.errors }, person: undefined, hours }), 422);
  return show(reception, visit, (page) => resetPasswordPage(page, { form, person: found.ok, hours }), Object.keys(form.errors).length ? 422 : 200);
}

export async function setPassword(reception: Reception, visit: Visit): Promise<Response> {
  const { context, cookies } = reception;
  const { password = "" } = await readForm(visit);
  const code = cookies.readSealed(visit, "reset");
  const done = await attempt(reception, visit, () =>
    code ? resetPassword(context, visit.get("source"), { code, password }) : refuse({ code: "link-invalid" }),
  );
  if ("errors" in done) return showReset(reception, visit, { values: {}, errors: done.errors });
  const session = visit.get("session");
  if (session !== undefined) await signOut(context, session);
  cookies.drop(visit, "reset");
  writeSession(reception, visit, done.ok.session);
  const { t } = visit.get("page");
  return goTo(reception, visit, "/useraccount/contacts", { look: "done", title: t("panel:news.password"), text: t("panel:news.password-text") });
}

export async function confirmForm(reception: Reception, visit: Visit): Promise<Response> {
  const exchanged = exchange(reception, visit, "confirm", "/confirm-address");
  if (exchanged) return exchanged;
  const code = reception.cookies.readSealed(visit, "confirm");
  if (code === undefined && visit.get("account") && !awaitedOf(visit)) return goTo(reception, visit, "/useraccount/profile");
  return showConfirm(reception, visit, emptyForm, 200);
}

/** The signed-in account's address that waits to be confirmed. */
function awaitedOf(visit: Visit): string | undefined {
  const account = visit.get("account");
  return account?.pendingEmail ?? (account?.emailVerified === false ? account.email : undefined);
}

function showConfirm(reception: Reception, visit: Visit, form: FormState, status: 200 | 422): Promise<Response> {
  const code = reception.cookies.readSealed(visit, "confirm");
  const values = { code: code ?? "", ...form.values };
  return show(
    reception,
    visit,
    (page) =>
      confirmAddressPage(page, { form: { values, errors: form.errors }, fromLink: code !== undefined && values.code === code, awaited: awaitedOf(visit) }),
    status,
  );
}

export async function confirm(reception: Reception, visit: Visit): Promise<Response> {
  const values = await readForm(visit);
  const done = await attempt(
    reception,
    visit,
    () => confirmAddress(reception.context, visit.get("source"), { code: values.code ?? "" }),
    () => "code",
  );
  if ("errors" in done) return showConfirm(reception, visit, { values, errors: done.errors }, 422);
  reception.cookies.drop(visit, "confirm");
  const { t } = visit.get("page");
  const { email, handle } = done.ok;
  return goTo(reception, visit, "/", { look: "done", title: t("panel:news.confirmed"), text: t("panel:news.confirmed-text", { email, handle }) });
}

export async function sendConfirmationAgain(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, "/confirm-address");
  const email = awaitedOf(visit) ?? "";
  const done = await attempt(reception, visit, () => sendConfirmation(reception.context, actor));
  if ("errors" in done) return showConfirm(reception, visit, { values: {}, errors: done.errors }, 422);
  reception.cookies.drop(visit, "confirm");
  return goTo(reception, visit, "/confirm-address", { look: "done", title: visit.get("page").t("panel:news.confirmation-sent", { email }) });
}
