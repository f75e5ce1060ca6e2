import { z } from "zod";
import type { RequestView } from "../actions/changes/request-view.ts";
import { failureReasons, states } from "../domain/change-request.ts";
import type { Role } from "../domain/role.ts";
import { datetime, instant } from "./times.ts";

export const contactTypes = { admin: "contactAdmin", tech: "contactTech", billing: "contactBilling" } as const satisfies Record<Role, string>;

export const contactType = z
  .enum(["contactAdmin", "contactTech", "contactBilling"])
  .meta({ id: "nichandle.changeContact.ContactTypeEnum", description: "Allowed types of contact who can be changed by change contact task" });

export const taskState = z.enum(states).meta({ id: "nichandle.changeContact.TaskStateEnum", description: "State of contact change task" });

const approvalAnswer = z
  .enum(["accepted", "refused"])
  .meta({ id: "nichandle.contactChange.AnswerEnum", description: "What an account whose approval is asked has answered" });

const approval = z
  .object({
    account: z.string().meta({ description: "Account whose approval is asked" }),
    answer: approvalAnswer.nullable().meta({ description: "Its answer; null: none yet" }),
    answeredAt: datetime.nullable().meta({ description: "Date of its answer" }),
  })
  .meta({ id: "nichandle.contactChange.Approval", description: "Whether somebody whose approval is asked has answered" });

const failureReason = z.enum(failureReasons).meta({ id: "nichandle.contactChange.ReasonEnum", description: "Why a request could not be carried out for good" });

/** A request as the API shows it; the fields after `dateDone` are further to those of OVH. */
export const task = z
  .object({
    id: z.int(),
    askingAccount: z.string().nullable().meta({ description: "Account who asked the contact change" }),
    fromAccount: z.string().meta({ description: "Account to change contact from" }),
    toAccount: z.string().meta({ description: "Account to change contact to" }),
    contactTypes: z.array(contactType).meta({ description: "Contacts to be changed" }),
    serviceDomain: z.string().nullable().meta({ description: "The service on which the task runs" }),
    state: taskState.meta({ description: "Current state of the request" }),
    dateRequest: datetime.meta({ description: "Date at which the request has been made" }),
    dateDone: datetime.nullable().meta({ description: "Date at which the contact change has been finished, in whatever state; null: it is open" }),
    approvals: z.array(approval).meta({ description: "Those whose approval is asked, and what they have answered" }),
    expiresAt: datetime.meta({ description: "Date at which the request expires unless all have answered" }),
    reason: failureReason.nullable().meta({ description: "Why it ended in the state error; null in every other state" }),
  })
  .meta({ id: "nichandle.contactChange.Task", description: "Task running a contact change on a service" });

/** A request in the words of the API. `timeZone`: of the times in it. */
export function presentTask(view: RequestView, timeZone: string): z.output<typeof task> {
  const time = (at: number | null): string | null => (at === null ? null : instant(at, timeZone));
  return {
    id: view.id,
    askingAccount: view.asker.handle,
    fromAccount: view.from.handle,
    toAccount: view.to.handle,
    contactTypes: view.roles.map((role) => contactTypes[role]),
    serviceDomain: view.service.name,
    state: view.state,
    dateRequest: instant(view.askedAt, timeZone),
    dateDone: time(view.closedAt),
    approvals: view.approvals.map(({ account, answer, answeredAt }) => ({ account: account.handle, answer, answeredAt: time(answeredAt) })),
    expiresAt: instant(view.expiresAt, timeZone),
    reason: view.reason,
  };
}
