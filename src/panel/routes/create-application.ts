import { createApplication } from "../../actions/keys/create-application.ts";
import { emptyForm, readForm } from "../forms.ts";
import { createApplicationPage } from "../pages/create-application.ts";
import { secretsPage } from "../pages/secrets.ts";
import { attempt, type Reception, show } from "../reception.ts";
import { accountOf, actorOf, type Visit } from "../visit.ts";
import { fieldOfKeyRefusal } from "./create-key.ts";

export function createApplicationForm(reception: Reception, visit: Visit): Promise<Response> {
  accountOf(visit);
  return show(reception, visit, (page) => createApplicationPage(page, emptyForm));
}

/** The answer itself shows the secrets, because they are shown only once. */
export async function makeApplication(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, "/createApp/");
  const values = await readForm(visit);
  const { name = "", description = "", password = "" } = values;
  const made = await attempt(reception, visit, () => createApplication(reception.context, actor, { name, description, password }), fieldOfKeyRefusal);
  if ("errors" in made) return show(reception, visit, (page) => createApplicationPage(page, { values, errors: made.errors }), 422);
  return show(reception, visit, (page) =>
    secretsPage(page, { title: page.t("panel:create-application.done", { name: name.trim() }), secrets: { kind: "signed", ...made.ok } }),
  );
}
