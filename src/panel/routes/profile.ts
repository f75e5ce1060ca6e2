import { changeAddress } from "../../actions/accounts/change-address.ts";
import { changePassword } from "../../actions/accounts/change-password.ts";
import { editProfile } from "../../actions/accounts/edit-profile.ts";
import { isLanguage } from "../../domain/languages.ts";
import type { RefusalDetail } from "../../domain/refusal.ts";
import { type FormState, readForm } from "../forms.ts";
import { type ProfilePart, profilePage } from "../pages/profile.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { writeSession } from "../session-cookie.ts";
import { accountOf, actorOf, type Visit } from "../visit.ts";

const here = "/useraccount/profile";

export function profile(reception: Reception, visit: Visit): Promise<Response> {
  const account = accountOf(visit);
  return show(reception, visit, (page) => profilePage(page, { account }));
}

function showFailed(reception: Reception, visit: Visit, part: ProfilePart, form: FormState): Promise<Response> {
  const account = accountOf(visit);
  return show(reception, visit, (page) => profilePage(page, { account, failed: { part, form } }), 422);
}

export async function saveProfile(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const values = await readForm(visit);
  const { name = "", language = "" } = values;
  const given = { name, language: isLanguage(language) ? language : visit.get("page").language };
  const saved = await attempt(reception, visit, () => editProfile(reception.context, actor, given));
  if ("errors" in saved) return showFailed(reception, visit, "profile", { values, errors: saved.errors });
  // The profile's language counts from now on, whatever was switched to before.
  reception.cookies.drop(visit, "language");
  return goTo(reception, visit, here, { look: "done", title: visit.get("page").t("panel:news.profile") });
}

export async function saveAddress(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const values = await readForm(visit);
  const { email = "", password = "" } = values;
  const asked = await attempt(reception, visit, () => changeAddress(reception.context, actor, { email, password }), fieldOf);
  if ("errors" in asked) return showFailed(reception, visit, "address", { values, errors: asked.errors });
  const { t } = visit.get("page");
  return goTo(reception, visit, here, {
    look: "done",
    title: t("panel:news.address"),
    text: t("panel:news.address-text", { email: asked.ok.pendingEmail ?? email }),
  });
}

export async function savePassword(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const { current = "", "new-password": password = "" } = await readForm(visit);
  const session = visit.get("session");
  const changed = await attempt(
    reception,
    visit,
    () => changePassword(reception.context, actor, { current, password, ...(session && { session }) }),
    currentField,
  );
  if ("errors" in changed) {
    const { password: chosen, ...errors } = changed.errors;
    return showFailed(reception, visit, "password", { values: {}, errors: chosen ? { ...errors, "new-password": chosen } : errors });
  }
  writeSession(reception, visit, changed.ok.session);
  const { t } = visit.get("page");
  return goTo(reception, visit, here, { look: "done", title: t("panel:news.password"), text: t("panel:news.password-text") });
}

function fieldOf(detail: RefusalDetail): string {
  if (detail.code === "password-wrong") return "password";
  return detail.code === "address-unchanged" ? "email" : "form";
}

function currentField(detail: RefusalDetail): string {
  return detail.code === "password-wrong" ? "current" : "form";
}
