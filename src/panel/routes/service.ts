import { z } from "zod";
import { listRequests } from "../../actions/changes/list-requests.ts";
import { editOwner } from "../../actions/services/edit-owner.ts";
import { setRenewal } from "../../actions/services/set-renewal.ts";
import { showService } from "../../actions/services/show-service.ts";
import { emptyForm, type FormState, readForm } from "../forms.ts";
import { type ServicePageView, servicePage } from "../pages/service.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { actorOf, type Visit } from "../visit.ts";

/** The number of a service in a URL that the router has checked. */
const idOf = (visit: Visit): number => Number(visit.req.param("id"));

export function service(reception: Reception, visit: Visit): Promise<Response> {
  const edit = z.enum(["contacts", "owner", "renewal"]).optional().catch(undefined).parse(visit.req.query("edit"));
  return showServicePage(reception, visit, { id: idOf(visit), edit, form: emptyForm, status: 200 });
}

type Shown = { id: number; edit: ServicePageView["edit"]; form: FormState; status: 200 | 422 };

export async function showServicePage(reception: Reception, visit: Visit, { id, edit, form, status }: Shown): Promise<Response> {
  const { context } = reception;
  const actor = actorOf(visit);
  const shown = await showService(context, actor, { id });
  const { rows: requests } = await listRequests(context, actor, { serviceId: id, state: "open" });
  return show(reception, visit, (page) => servicePage(page, { service: shown, requests, edit, form }), status);
}

export async function saveOwner(reception: Reception, visit: Visit): Promise<Response> {
  const id = idOf(visit);
  const actor = actorOf(visit, `/useraccount/services/${id}`);
  const values = await readForm(visit);
  const { name = "", organisation = "", address = "", email = "", phone = "" } = values;
  const saved = await attempt(reception, visit, () => editOwner(reception.context, actor, { id, owner: { name, organisation, address, email, phone } }));
  const { t } = visit.get("page");
  if ("ok" in saved) return goTo(reception, visit, `/useraccount/services/${id}`, { look: "done", title: t("panel:owner.saved") });
  return showServicePage(reception, visit, { id, edit: "owner", form: { values, errors: saved.errors }, status: 422 });
}

export async function saveRenewal(reception: Reception, visit: Visit): Promise<Response> {
  const id = idOf(visit);
  const actor = actorOf(visit, `/useraccount/services/${id}`);
  const values = await readForm(visit);
  const { t } = visit.get("page");
  const renewal = z.enum(["automatic", "manual"]).safeParse(values.renewal).data;
  if (!renewal)
    return showServicePage(reception, visit, {
      id,
      edit: "renewal",
      form: { values: {}, errors: { renewal: t("panel:invalid.renewal-unknown") } },
      status: 422,
    });
  const saved = await attempt(reception, visit, () => setRenewal(reception.context, actor, { id, renewal }));
  if ("ok" in saved) return goTo(reception, visit, `/useraccount/services/${id}`, { look: "done", title: t("panel:renewal.saved") });
  return showServicePage(reception, visit, { id, edit: "renewal", form: { values, errors: saved.errors }, status: 422 });
}
