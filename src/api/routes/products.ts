import { z } from "zod";
import { isBehind } from "../../actions/accounts/is-behind.ts";
import { checkChange } from "../../actions/changes/check-change.ts";
import { requestChange } from "../../actions/changes/request-change.ts";
import { collectListedServices, collectServices } from "../../actions/services/collect-services.ts";
import { editOwner } from "../../actions/services/edit-owner.ts";
import { setRenewal } from "../../actions/services/set-renewal.ts";
import { findServiceId, findServiceOf, type OwnService, showHistory } from "../../actions/services/show-service.ts";
import { changeBody, changeCheck, presentCheck, wantedContacts } from "../change-check.ts";
import { contactType, contactTypes } from "../contact-change-task.ts";
import { nameParam } from "../parameters.ts";
import { type ProductCall, productRoute, type Route } from "../route.ts";
import { presentInfos, renewBody, serviceInfos } from "../service-infos.ts";
import { datetime, instant } from "../times.ts";
import { nextServices, serviceRoutes } from "./services.ts";

const named = z.object({ serviceName: nameParam.meta({ description: "The internal name of your service" }) });

const ownerFields = { name: z.string(), organisation: z.string(), address: z.string(), email: z.string(), phone: z.string() };
const owner = z.object(ownerFields).meta({ id: "services.Owner", description: "To whom a service legally belongs; empty: unknown" });
const given = z.string().max(1000).nullish();
const ownerBody = z
  .object({ name: given, organisation: given, address: given, email: given, phone: given })
  .meta({ id: "services.OwnerChange", description: "What is left out or null stays as it is" });

const contactMove = z
  .object({
    contactType,
    fromAccount: z.string().nullable().meta({ description: "null: the beginning of the service" }),
    toAccount: z.string(),
    date: datetime,
    taskId: z.int().nullable().meta({ description: "The request that brought it about, where you are concerned by it" }),
  })
  .meta({ id: "services.ContactMove", description: "A contact was replaced" });

type NamedCall = Pick<ProductCall<z.output<typeof named>, object, unknown>, "context" | "actor" | "product" | "params">;

/** Names mean a service only to its contacts; to everybody else it does not exist. */
function serviceOf({ context, actor, product, params }: NamedCall): Promise<OwnService> {
  return findServiceOf(context, actor, { product: product.path, name: params.serviceName });
}

function serviceIdOf({ context, actor, product, params }: NamedCall): Promise<number> {
  return findServiceId(context, actor, { product: product.path, name: params.serviceName });
}

/** What every product has, and the services of all products. */
export const productRoutes: readonly Route[] = [
  productRoute("read-services", {
    method: "GET",
    path: "/{product}",
    summary: "List available services",
    description: "The names of those on which you are a contact.",
    answer: z.array(z.string()),
    expands: serviceInfos,
    pages: true,
    run: async ({ context, actor, product, page }) => {
      const wanted = { sort: "product", product: product.path } as const;
      if (!page.expanded) return (await nextServices(page, wanted, (input) => collectServices(context, actor, input))).map((row) => row.name);
      const behind = await isBehind(context, actor);
      const rows = await nextServices(page, wanted, (input) => collectListedServices(context, actor, input));
      return rows.map((row) => presentInfos(row, behind));
    },
  }),
  productRoute("read-services", {
    method: "GET",
    path: "/{product}/{serviceName}/serviceInfos",
    summary: "Get service information",
    params: named,
    answer: serviceInfos,
    run: async (call) => presentInfos(await serviceOf(call), await isBehind(call.context, call.actor)),
  }),
  productRoute("edit-renewal", {
    method: "PUT",
    path: "/{product}/{serviceName}/serviceInfos",
    summary: "Update service information",
    description: "Its admin and its billing contact may. The whole service may be sent as it was read; only renew counts.",
    params: named,
    body: renewBody,
    answer: z.null(),
    run: async (call) => {
      await setRenewal(call.context, call.actor, { id: await serviceIdOf(call), renewal: call.body.renew.automatic ? "automatic" : "manual" });
      return null;
    },
  }),
  productRoute("ask-for-changes", {
    method: "POST",
    path: "/{product}/{serviceName}/changeContact",
    summary: "Launch a contact change procedure",
    description:
      "Makes one request for each pair of accounts, all or none. A contact that is left out, null, or named with its present holder does not change.",
    params: named,
    body: changeBody,
    answer: z.array(z.int()),
    // The transaction gives the ids of the requests that it made.
    kept: (done) => done,
    run: async (call) => {
      const { ids } = await requestChange(call.context, call.actor, { serviceId: await serviceIdOf(call), contacts: wantedContacts(call.body) });
      return ids;
    },
  }),
  productRoute("ask-for-changes", {
    method: "POST",
    path: "/{product}/{serviceName}/changeContact/check",
    summary: "Find out what a change of contacts would need",
    description: "For each contact that would change: who would have to approve, who would be told, or what forbids it. Changes nothing and asks nobody.",
    params: named,
    body: changeBody,
    answer: z.array(changeCheck),
    writes: false,
    run: async (call) => {
      const service = await serviceOf(call);
      const contacts = wantedContacts(call.body);
      const checks = await checkChange(call.context, call.actor, { serviceId: service.id, contacts });
      return checks.map((check) => presentCheck(check, service, contacts, call.context.clock()));
    },
  }),
  productRoute("read-services", {
    method: "GET",
    path: "/{product}/{serviceName}/owner",
    summary: "Get the owner of a service",
    params: named,
    answer: owner,
    run: async (call) => (await serviceOf(call)).owner,
  }),
  productRoute("edit-owner", {
    method: "PUT",
    path: "/{product}/{serviceName}/owner",
    summary: "Update the owner of a service",
    description: "Its admin contact may, where the product allows it. What is left out stays as it is; a name is needed.",
    params: named,
    body: ownerBody,
    answer: z.null(),
    run: async (call) => {
      const id = await serviceIdOf(call);
      const changed = Object.fromEntries(Object.entries(call.body).filter(([, value]) => typeof value === "string"));
      await editOwner(call.context, call.actor, { id, owner: changed });
      return null;
    },
  }),
  productRoute("read-services", {
    method: "GET",
    path: "/{product}/{serviceName}/contactHistory",
    summary: "List the past changes of contacts of a service",
    description: "The last 100, newest first.",
    params: named,
    answer: z.array(contactMove),
    run: async (call) => {
      const { timeZone } = call.context.settings;
      const history = await showHistory(call.context, call.actor, await serviceIdOf(call));
      return history.map(({ role, from, to, at, requestId }) => ({
        contactType: contactTypes[role],
        fromAccount: from,
        toAccount: to,
        date: instant(at, timeZone),
        taskId: requestId,
      }));
    },
  }),
  ...serviceRoutes,
];
