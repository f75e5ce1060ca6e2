import { z } from "zod";
import type { ListedService } from "../actions/services/listed-service.ts";
import { roles } from "../domain/role.ts";
import { contactType, contactTypes, taskState } from "./contact-change-task.ts";

const serviceState = z
  .enum(["autorenewInProgress", "expired", "inCreation", "ok", "pendingDebt", "unPaid"])
  .meta({ id: "service.StateEnum", description: "State of a service" });

const renewalType = z
  .enum(["automaticForcedProduct", "automaticV2012", "automaticV2014", "automaticV2016", "manual", "oneShot", "option"])
  .meta({ id: "service.RenewalTypeEnum", description: "Detailed renewal type of a service" });

const renewFields = {
  automatic: z.boolean().meta({ description: "The service is automatically renewed" }),
  deleteAtExpiration: z.boolean().meta({ description: "The service will be deleted at expiration" }),
  forced: z.boolean().meta({ description: "The service forced to be renewed" }),
  manualPayment: z.boolean().nullable().meta({ description: "The service needs to be manually renewed and paid" }),
  period: z.int().nullable().meta({ description: "Period of renew in month; null: it is not kept here" }),
};

const renew = z.object(renewFields).meta({ id: "service.RenewType", description: "Map a possible renew for a specific service" });

/** What a client may send to set the renewal: the whole service as it was read, of which only this counts. */
export const renewBody = z
  .object({
    renew: z
      .object({ ...z.object(renewFields).partial().shape, automatic: renewFields.automatic, deleteAtExpiration: z.literal(false).optional() })
      .meta({ id: "service.RenewChange", description: "Only automatic is kept; a service cannot be set up here to be deleted" }),
  })
  .meta({ id: "services.ServiceChange", description: "What can be set of a service" });

const openRequest = z
  .object({
    contactType,
    state: taskState,
    id: z.int().nullable().meta({ description: "The request, where you are concerned by it" }),
  })
  .meta({ id: "services.OpenRequest", description: "A contact that an open request is about" });

/** A service as its contacts see it; `displayName` and `openRequests` are further to the fields of OVH. */
export const serviceInfos = z
  .object({
    serviceId: z.int(),
    domain: z.string().meta({ description: "Name of the service" }),
    contactAdmin: z.string(),
    contactTech: z.string(),
    contactBilling: z.string(),
    creation: z.iso.date(),
    expiration: z.iso.date().nullable().meta({ description: "null: the service has no end" }),
    engagedUpTo: z.iso.date().nullable(),
    status: serviceState.meta({ description: "unPaid is told to nobody but the billing contact who is behind with payments" }),
    renewalType,
    renew: renew.nullable().meta({ description: "Way of handling the renew; null: there is nothing to renew" }),
    possibleRenewPeriod: z.array(z.int()).nullable().meta({ description: "All the possible renew period of your service in month" }),
    canDeleteAtExpiration: z.boolean().meta({ description: "Indicates that the service can be set up to be deleted at expiration" }),
    displayName: z.string().meta({ description: "The name as people read it" }),
    openRequests: z.array(openRequest).meta({ description: "The contacts that cannot be asked for at present, because a request about them is open" }),
  })
  .meta({ id: "services.Service", description: "Details about a Service" });

/** A service in the words of the API. `behind`: whether the reader himself is behind with payments. */
export function presentInfos(service: ListedService, behind: boolean): z.output<typeof serviceInfos> {
  const automatic = service.renewal === "automatic";
  return {
    serviceId: service.id,
    domain: service.name,
    contactAdmin: service.contacts.admin.handle,
    contactTech: service.contacts.tech.handle,
    contactBilling: service.contacts.billing.handle,
    creation: service.createdOn,
    expiration: service.expiresOn,
    engagedUpTo: null,
    status: service.expired ? "expired" : behind && service.myRoles.includes("billing") ? "unPaid" : "ok",
    renewalType: automatic ? "automaticV2016" : "manual",
    renew: service.expiresOn === null ? null : { automatic, deleteAtExpiration: false, forced: false, manualPayment: !automatic, period: null },
    possibleRenewPeriod: null,
    canDeleteAtExpiration: false,
    displayName: service.shownName,
    openRequests: service.openRoles
      .toSorted((one, other) => roles.indexOf(one.role) - roles.indexOf(other.role))
      .map(({ role, state, party, requestId }) => ({ contactType: contactTypes[role], state, id: party ? requestId : null })),
  };
}
