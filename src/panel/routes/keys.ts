import { z } from "zod";
import { listApplications } from "../../actions/keys/list-applications.ts";
import { listKeys } from "../../actions/keys/list-keys.ts";
import { removeApplication } from "../../actions/keys/remove-application.ts";
import { revokeCredential } from "../../actions/keys/revoke-credential.ts";
import { showApplication } from "../../actions/keys/show-application.ts";
import { showKey } from "../../actions/keys/show-key.ts";
import { readForm } from "../forms.ts";
import { confirmEndPage, keysPage } from "../pages/keys.ts";
import { goTo, type Reception, show } from "../reception.ts";
import { actorOf, type Visit } from "../visit.ts";
import { rulesView } from "./rules-view.ts";

const here = "/useraccount/keys";
const number = z.coerce.number().int().positive().optional().catch(undefined);
/** Of a form; what is no number is nobody's. */
const idIn = (form: Record<string, string>): number => number.parse(form["id"]) ?? 0;

/** `?revoke=` and `?remove=` ask once more. */
export async function keys(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit);
  const [revoke, remove] = [number.parse(visit.req.query("revoke")), number.parse(visit.req.query("remove"))];
  if (revoke !== undefined) {
    const { application } = await showKey(reception.context, actor, { id: revoke });
    return show(reception, visit, (page) => confirmEndPage(page, { kind: "key", id: revoke, name: application.name }));
  }
  if (remove !== undefined) {
    const { name } = await showApplication(reception.context, actor, { id: remove });
    return show(reception, visit, (page) => confirmEndPage(page, { kind: "application", id: remove, name }));
  }
  const { keys: mine } = await listKeys(reception.context, actor);
  const applications = (await listApplications(reception.context, actor)).filter(({ kind }) => kind === "signed");
  const words = new Map(mine.map(({ credentialId, rules }) => [credentialId, rulesView(reception, rules)]));
  return show(reception, visit, (page) => keysPage(page, { keys: mine, applications, words }));
}

export async function revoke(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const id = idIn(await readForm(visit));
  const { application } = await showKey(reception.context, actor, { id });
  await revokeCredential(reception.context, actor, { id });
  return goTo(reception, visit, here, { look: "done", title: visit.get("page").t("panel:keys.revoked", { name: application.name }) });
}

export async function remove(reception: Reception, visit: Visit): Promise<Response> {
  const actor = actorOf(visit, here);
  const id = idIn(await readForm(visit));
  const { name } = await showApplication(reception.context, actor, { id });
  await removeApplication(reception.context, actor, { id });
  return goTo(reception, visit, here, { look: "done", title: visit.get("page").t("panel:applications.removed", { name }) });
}
