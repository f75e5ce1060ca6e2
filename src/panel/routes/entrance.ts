import { signIn } from "../../actions/accounts/sign-in.ts";
import { signOut } from "../../actions/accounts/sign-out.ts";
import { signUp } from "../../actions/accounts/sign-up.ts";
import { isLanguage } from "../../domain/languages.ts";
import { refuse } from "../../domain/refusal.ts";
import { emptyForm, type FormState, ownPath, readForm } from "../forms.ts";
import { themes } from "../page.ts";
import { signInPage } from "../pages/sign-in.ts";
import { signUpPage } from "../pages/sign-up.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { dropSession, writeSession } from "../session-cookie.ts";
import type { Visit } from "../visit.ts";
import { waitingCode } from "./request.ts";

const start = "/useraccount/contacts";
const year = 365 * 24 * 3600;

export function home(reception: Reception, visit: Visit): Response {
  return goTo(reception, visit, visit.get("account") ? start : "/sign-in");
}

export async function signInForm(reception: Reception, visit: Visit): Promise<Response> {
  const back = visit.req.query("return");
  if (visit.get("account")) return goTo(reception, visit, ownPath(back, start));
  return showSignIn(reception, visit, emptyForm, back, 200);
}

async function showSignIn(reception: Reception, visit: Visit, form: FormState, back: string | undefined, status: 200 | 422): Promise<Response> {
  const path = ownPath(back, start);
  const id = /^\/useraccount\/contacts\/([0-9]+)$/.exec(path)?.[1];
  const codeWaits = id !== undefined && waitingCode(reception, visit, Number(id)) !== undefined;
  const demo = (await reception.parts.demoAccounts?.()) ?? [];
  return show(reception, visit, (page) => signInPage(page, { form, back: back === undefined ? undefined : path, codeWaits, demo }), status);
}

export async function comeIn(reception: Reception, visit: Visit): Promise<Response> {
  const { login = "", password = "", return: back, ...rest } = await readForm(visit);
  const session = visit.get("session");
  const entered = await attempt(reception, visit, () => signIn(reception.context, visit.get("source"), { login, password, ...(session && { session }) }));
  if ("errors" in entered) return showSignIn(reception, visit, { values: { login, ...rest }, errors: entered.errors }, back, 422);
  writeSession(reception, visit, entered.ok.session);
  return goTo(reception, visit, ownPath(back, start));
}

/** `return`: whoever goes in order to come back as another account. */
export async function goOut(reception: Reception, visit: Visit): Promise<Response> {
  const session = visit.get("session");
  if (session !== undefined) await signOut(reception.context, session);
  dropSession(reception, visit);
  const back = (await readForm(visit)).return;
  if (back) return goTo(reception, visit, `/sign-in?return=${encodeURIComponent(ownPath(back, start))}`);
  return goTo(reception, visit, "/sign-in", { look: "done", title: visit.get("page").t("panel:news.signed-out") });
}

export function signUpForm(reception: Reception, visit: Visit): Promise<Response> | Response {
  if (visit.get("account")) return goTo(reception, visit, start);
  if (reception.context.settings.signUp === "closed") return refuse({ code: "sign-up-closed" });
  return show(reception, visit, (page) => signUpPage(page, { form: emptyForm }));
}

export async function makeAccount(reception: Reception, visit: Visit): Promise<Response> {
  const values = await readForm(visit);
  const { name = "", email = "", password = "", language = "" } = values;
  const given = { name, email, password, language: isLanguage(language) ? language : visit.get("page").language };
  const made = await attempt(reception, visit, () => signUp(reception.context, visit.get("source"), given));
  if ("errors" in made) return show(reception, visit, (page) => signUpPage(page, { form: { values, errors: made.errors } }), 422);
  writeSession(reception, visit, made.ok.session);
  const { t } = visit.get("page");
  const title = t("panel:news.welcome", { name: made.ok.account.name, handle: made.ok.account.handle });
  return goTo(reception, visit, start, { look: "done", title, text: t("panel:news.welcome-text") });
}

export async function chooseLanguage(reception: Reception, visit: Visit): Promise<Response> {
  const { language = "", return: back } = await readForm(visit);
  if (isLanguage(language)) reception.cookies.write(visit, "language", language, year);
  return goTo(reception, visit, ownPath(back, "/"));
}

export async function chooseTheme(reception: Reception, visit: Visit): Promise<Response> {
  const { theme, return: back } = await readForm(visit);
  const chosen = themes.find((one) => one === theme);
  if (chosen) reception.cookies.write(visit, "theme", chosen, year);
  return goTo(reception, visit, ownPath(back, "/"));
}
