import { z } from "zod";
import { listRequests, whatWaits } from "../../actions/changes/list-requests.ts";
import { requestChange } from "../../actions/changes/request-change.ts";
import { showRequest } from "../../actions/changes/show-request.ts";
import { exportServices } from "../../actions/services/export-services.ts";
import { countOwnServices, listServices } from "../../actions/services/list-services.ts";
import type { AccountActor } from "../../context.ts";
import type { RefusalDetail } from "../../domain/refusal.ts";
import { type Role, roles } from "../../domain/role.ts";
import { emptyForm, type FormState, ownPath, readForm } from "../forms.ts";
import type { Notice, Page } from "../page.ts";
import type { ContactsHead, Tab } from "../pages/contacts-head.ts";
import { directions, requestFilters, requestsPage } from "../pages/requests.ts";
import { type ServicesQuery, servicesPage } from "../pages/services.ts";
import { attempt, goTo, type Reception, show } from "../reception.ts";
import { actorOf, type Visit } from "../visit.ts";
import { showServicePage } from "./service.ts";

/** A parameter that makes no sense counts as none: an old link still shows a list. */
const word = z
  .string()
  .max(300)
  .regex(/^[^\0]*$/)
  .optional()
  .catch(undefined);
/** Names the last row of a page, which may be long. */
const cursor = z.string().max(2000).optional().catch(undefined);
const id = z.coerce.number().int().positive().optional().catch(undefined);

const servicesQuery = z.object({
  q: word,
  product: word,
  role: z.enum(roles).optional().catch(undefined),
  sort: z.enum(["name", "product", "renewal"]).optional().catch(undefined),
  after: cursor,
  before: cursor,
});
const requestsQuery = z.object({
  state: z.enum(requestFilters).optional().catch(undefined),
  direction: z.enum(directions).optional().catch(undefined),
  after: id,
  before: id,
});

/** My contacts, with both its tabs. */
export async function contacts(reception: Reception, visit: Visit): Promise<Response> {
  const query = visit.req.query();
  if (query.tab === "REQUESTS") return requestsTab(reception, visit);
  return servicesTab(reception, visit, servicesQuery.parse(query), id.parse(query.edit), emptyForm, 200);
}

/** Asks for other contacts: from the row of the list, or from the page of the service; what is refused comes back there. */
export async function askForChange(reception: Reception, visit: Visit): Promise<Response> {
  const serviceId = z.coerce.number().int().parse(visit.req.param("id"));
  const values = await readForm(visit);
  const back = ownPath(values.return, "/useraccount/contacts");
  const actor = actorOf(visit, back);
  const wanted = Object.fromEntries(roles.flatMap((role) => (values[role] === undefined ? [] : [[role, values[role]]])));
  const done = await attempt(reception, visit, () => requestChange(reception.context, actor, { serviceId, contacts: wanted }), roleOf);
  if ("ok" in done) return goTo(reception, visit, "/useraccount/contacts?tab=REQUESTS", await registered(reception, visit, actor, done.ok.ids));
  const form = { values, errors: done.errors };
  if (back.startsWith("/useraccount/services/")) return showServicePage(reception, visit, { id: serviceId, edit: "contacts", form, status: 422 });
  return servicesTab(reception, visit, servicesQuery.parse(Object.fromEntries(new URL(back, "http://own.invalid").searchParams)), serviceId, form, 422);
}

/** At which of the three fields a refusal stands. */
function roleOf(detail: RefusalDetail): Role | "form" {
  if ("role" in detail) return detail.role;
  return detail.code === "newcomer-cannot-take-billing" || detail.code === "holder-cannot-give-billing" ? "billing" : "form";
}

/** The green box (§8 of SPEC.md); for a take-over it says that the reader alone answers. */
async function registered({ context }: Reception, visit: Visit, actor: AccountActor, ids: readonly number[]): Promise<Notice> {
  const { t, list } = visit.get("page");
  const requests = await Promise.all(ids.map((one) => showRequest(context, actor, { id: one })));
  const alone = requests.every((request) => request.approvals.length === 1);
  const title = t("panel:edit.registered", { count: ids.length, ids: list(ids.map((one) => `#${one}`)) });
  return { look: "done", title, text: t(alone ? "panel:edit.registered-alone" : "panel:edit.registered-text") };
}

async function servicesTab(
  reception: Reception,
  visit: Visit,
  query: ServicesQuery,
  edit: number | undefined,
  form: FormState,
  status: 200 | 422,
): Promise<Response> {
  const { context } = reception;
  const actor = actorOf(visit);
  const { q: search, product, role, after, before } = query;
  const sort = servicesQuery.shape.sort.parse(query.sort);
  const list = await listServices(context, actor, { search, product, role, sort, after, before, limit: 50 });
  const service = list.rows.find((row) => row.id === edit);
  if (edit !== undefined && !service) return showServicePage(reception, visit, { id: edit, edit: "contacts", form, status });
  const head = await headOf(reception, visit, actor, "SERVICES", { services: list.total });
  return show(reception, visit, (page: Page) => servicesPage(page, { head, query, list, editing: service && { service, form } }), status);
}

async function requestsTab(reception: Reception, visit: Visit): Promise<Response> {
  const { context } = reception;
  const actor = actorOf(visit);
  const query = requestsQuery.parse(visit.req.query());
  const { state, direction, after, before } = query;
  const list = await listRequests(context, actor, {
    ...(state === "mine" ? { awaitingMe: true } : state && { state }),
    ...(direction && { direction }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  });
  const head = await headOf(reception, visit, actor, "REQUESTS", { waiting: list.waiting });
  return show(reception, visit, (page) => requestsPage(page, { head, query, list }));
}

/** What stands over both tabs; a frame shows none of it. */
async function headOf(
  { context }: Reception,
  visit: Visit,
  actor: AccountActor,
  tab: Tab,
  known: { services?: number; waiting?: number },
): Promise<ContactsHead> {
  if (visit.get("page").frame) return { tab, services: 0, waiting: 0, firstExpiry: undefined };
  const services = known.services ?? (await countOwnServices(context, actor));
  if (known.waiting === 0) return { tab, services, waiting: 0, firstExpiry: undefined };
  return { tab, services, ...(await whatWaits(context, actor)) };
}

/** The filtered list, all pages of it, as CSV. */
export async function contactsAsCsv(reception: Reception, visit: Visit): Promise<Response> {
  const { q: search, product, role } = servicesQuery.parse(visit.req.query());
  const pieces = exportServices(reception.context, actorOf(visit, "/useraccount/contacts"), { search, product, role });
  // What cannot be read at all is told by a page; later there is only the end of the download.
  const first = await pieces.next();
  visit.header("Content-Type", "text/csv; charset=utf-8");
  visit.header("Content-Disposition", `attachment; filename="services-${visit.get("page").today}.csv"`);
  visit.header("Cache-Control", "no-store");
  return visit.body(byteStream(first, pieces));
}

/** A stream that asks for the next piece only when the last has been taken. */
function byteStream(first: IteratorResult<string>, pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let begun = false;
  return new ReadableStream({
    async pull(out) {
      const piece = begun ? await pieces.next() : first;
      begun = true;
      if (piece.done) out.close();
      else out.enqueue(encoder.encode(piece.value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
