import { z } from "zod";
import type { NamedService } from "../actions/services/collect-services.ts";
import type { Product } from "../config.ts";

const customerContact = z
  .object({
    type: z
      .enum(["administrator", "technical", "billing"])
      .meta({ id: "services.expanded.CustomerContactTypeEnum", description: "What this contact looks after" }),
    customerCode: z.string().meta({ description: "Its account" }),
  })
  .meta({ id: "services.expanded.CustomerContact", description: "A contact of a service" });

const product = z
  .object({ name: z.string().meta({ description: "Path of the product" }), description: z.string().meta({ description: "Its name for people" }) })
  .meta({ id: "services.expanded.Product", description: "What the service is" });

const resource = z
  .object({
    name: z.string(),
    displayName: z.string().meta({ description: "The name as people read it" }),
    product,
  })
  .meta({ id: "services.expanded.Resource", description: "What the service runs" });

const routeOf = z
  .object({
    path: z.string().meta({ description: "Where its routes in this API begin, with the parameter" }),
    url: z.string().meta({ description: "The same, filled in" }),
    vars: z.array(z.object({ key: z.string(), value: z.string() }).meta({ id: "services.expanded.RouteVar", description: "A parameter of the path" })),
  })
  .meta({ id: "services.expanded.Route", description: "Where this API has the service" });

const renewMode = z.enum(["automatic", "manual"]).meta({ id: "services.billing.renew.ModeEnum", description: "How a service is renewed" });

const renew = z
  .object({
    current: z
      .object({ mode: renewMode.nullable(), nextDate: z.iso.date().nullable(), period: z.string().nullable() })
      .meta({ id: "services.billing.renew.Current", description: "How it is renewed at present" }),
    capacities: z.object({ mode: z.array(renewMode) }).meta({ id: "services.billing.renew.Capacities", description: "How it can be renewed" }),
  })
  .meta({ id: "services.billing.Renew", description: "The renewal of a service" });

const billing = z
  .object({ expirationDate: z.iso.date().nullable(), nextBillingDate: z.iso.date().nullable(), renew: renew.nullable() })
  .meta({ id: "services.billing.Billing", description: "Dates of a service; null: it has no end" });

/** A service as `/services` has it. */
export const expandedService = z
  .object({ serviceId: z.int(), customer: z.object({ contacts: z.array(customerContact) }), resource, route: routeOf, billing })
  .meta({ id: "services.expanded.Service", description: "A service, its contacts, and where this API has it" });

/** The same in the words of the API. `products`: all that are configured. */
export function presentExpanded(service: NamedService, products: readonly Product[]): z.output<typeof expandedService> {
  const { handles, expiresOn, renewal, name } = service;
  const nextDate = renewal === "automatic" && !service.expired ? expiresOn : null;
  return {
    serviceId: service.id,
    customer: {
      contacts: [
        { type: "administrator", customerCode: handles.admin },
        { type: "technical", customerCode: handles.tech },
        { type: "billing", customerCode: handles.billing },
      ],
    },
    resource: {
      name,
      displayName: service.shownName,
      product: { name: service.product, description: products.find((one) => one.path === service.product)?.names.en ?? service.product },
    },
    route: {
      path: `/${service.product}/{serviceName}`,
      url: `/${service.product}/${encodeURIComponent(name)}`,
      vars: [{ key: "serviceName", value: name }],
    },
    billing: {
      expirationDate: expiresOn,
      nextBillingDate: nextDate,
      renew: expiresOn === null ? null : { current: { mode: renewal, nextDate, period: null }, capacities: { mode: ["automatic", "manual"] } },
    },
  };
}
