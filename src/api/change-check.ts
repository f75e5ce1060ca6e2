import { z } from "zod";
import type { RoleCheck } from "../actions/changes/check-change.ts";
import type { WantedContacts } from "../actions/changes/judge-change.ts";
import type { ListedService } from "../actions/services/listed-service.ts";
import { contactType, contactTypes } from "./contact-change-task.ts";
import { apiError, refusalError } from "./errors.ts";

const handle = z.string().max(255).nullish();

/** The contacts that are wanted; left out, null, and the present holder mean: no change. */
export const changeBody = z
  .object({
    contactAdmin: handle.meta({ description: "The contact to set as admin contact" }),
    contactTech: handle.meta({ description: "The contact to set as tech contact" }),
    contactBilling: handle.meta({ description: "The contact to set as billing contact" }),
  })
  .meta({ id: "services.changeContact", description: "Service change contact payload" });

/** The same by role; refuses a body that names none, as a misspelt one does. */
export function wantedContacts(body: z.output<typeof changeBody>): WantedContacts {
  if (!body.contactAdmin && !body.contactTech && !body.contactBilling) throw apiError(400, "Name at least one of contactAdmin, contactTech and contactBilling");
  return { admin: body.contactAdmin ?? "", tech: body.contactTech ?? "", billing: body.contactBilling ?? "" };
}

const refused = z
  .object({ code: z.string().meta({ description: "The rule, as in the details of an error" }), message: z.string() })
  .meta({ id: "services.changeContact.Refused", description: "What forbids it" });

export const changeCheck = z
  .object({
    contactType,
    from: z.string().meta({ description: "The present contact" }),
    to: z.string().meta({ description: "The contact that is wanted" }),
    approvers: z.array(z.string()).meta({ description: "Who would have to approve" }),
    told: z.array(z.string()).meta({ description: "Who else would be told when it is done" }),
    refused: refused.nullable().meta({ description: "null: it can be asked for" }),
  })
  .meta({ id: "services.changeContact.Check", description: "What would happen to a contact" });

/** What would happen to a role of this service, in the words of the API. `now`: ms. */
export function presentCheck(check: RoleCheck, service: ListedService, wanted: WantedContacts, now: number): z.output<typeof changeCheck> {
  const type = contactTypes[check.role];
  if ("refused" in check) {
    const { message } = refusalError(check.refused, now).body;
    const to = (wanted[check.role] ?? "").replace(/\s+/g, "").toLowerCase();
    const from = service.contacts[check.role].handle;
    return { contactType: type, from, to, approvers: [], told: [], refused: { code: check.refused.code, message } };
  }
  const handles = (people: readonly { handle: string }[]): string[] => people.map((one) => one.handle);
  return { contactType: type, from: check.from.handle, to: check.to.handle, approvers: handles(check.approvers), told: handles(check.told), refused: null };
}
