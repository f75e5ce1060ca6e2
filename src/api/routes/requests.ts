import { z } from "zod";
import { acceptChange } from "../../actions/changes/accept-change.ts";
import { cancelChange } from "../../actions/changes/cancel-change.ts";
import { type Collected, collectRequestIds, collectRequests } from "../../actions/changes/list-requests.ts";
import { refuseChange } from "../../actions/changes/refuse-change.ts";
import type { RequestFilter } from "../../actions/changes/request-pages.ts";
import { resendCode } from "../../actions/changes/resend-code.ts";
import { showRequest } from "../../actions/changes/show-request.ts";
import { type State, states } from "../../domain/change-request.ts";
import { refuse } from "../../domain/refusal.ts";
import { presentTask, task } from "../contact-change-task.ts";
import { apiError } from "../errors.ts";
import { idParam } from "../parameters.ts";
import { type Page, type Route, route } from "../route.ts";

const pattern = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, "no control characters");

const filters = z.object({
  askingAccount: pattern.optional().meta({ description: "Filter the value of askingAccount property (like: % stands for any characters)" }),
  toAccount: pattern.optional().meta({ description: "Filter the value of toAccount property (like)" }),
  state: pattern.optional().meta({ description: "Filter the value of state property (like), for example validatingByCustomers" }),
  direction: z.enum(["sent", "received"]).meta({ id: "nichandle.contactChange.DirectionEnum", description: "Asked by me, or by others" }).optional(),
  awaitingMe: z.enum(["true", "false"]).optional().meta({ description: "true: only those that await my answer" }),
});

const one = z.object({ id: idParam });
const answerBody = z
  .object({ token: z.string().max(1000).meta({ description: "The token you received by email for this request" }) })
  .meta({ id: "nichandle.contactChange.Answer", description: "Proof that the mail about this request has been received" });
const resendBody = z
  .object({
    to: z.enum(["newcomer"]).optional().meta({ description: "Of the requester: send the newcomer's token again, to the newcomer; left out: send mine to me" }),
  })
  .meta({ id: "nichandle.contactChange.Resend", description: "To whom a new token is sent" });

/** The requests in which an account is concerned, and what it answers to them. */
export const requestRoutes: readonly Route[] = [
  route("read-requests", {
    method: "GET",
    path: "/me/task/contactChange",
    summary: "List of service contact change tasks you are involved in",
    description: "Newest first.",
    query: filters,
    answer: z.array(z.int()),
    expands: task,
    pages: true,
    run: async ({ context, actor, query, page }) => {
      const filter = { ...filterOf(query), ...placeOf(page) };
      if (!page.expanded) return onward(page, await collectRequestIds(context, actor, filter));
      const views = onward(page, await collectRequests(context, actor, filter));
      return views.map((view) => presentTask(view, context.settings.timeZone));
    },
  }),
  route("read-requests", {
    method: "GET",
    path: "/me/task/contactChange/{id}",
    summary: "Get this object properties",
    params: one,
    answer: task,
    run: async ({ context, actor, params }) => presentTask(await showRequest(context, actor, params), context.settings.timeZone),
  }),
  route("answer-requests", {
    method: "POST",
    path: "/me/task/contactChange/{id}/accept",
    summary: "Accept this change request",
    description:
      "With the last acceptance that is asked the change is carried out. A token that is not right is answered by 403 and a message that begins with “Invalid token”.",
    params: one,
    body: answerBody,
    answer: z.null(),
    run: async ({ context, actor, params, body }) => {
      await acceptChange(context, actor, { ...params, code: codeIn(body.token) });
      return null;
    },
  }),
  route("answer-requests", {
    method: "POST",
    path: "/me/task/contactChange/{id}/refuse",
    summary: "Refuse this change request",
    description: "One refusal ends the request.",
    params: one,
    body: answerBody,
    answer: z.null(),
    run: async ({ context, actor, params, body }) => {
      await refuseChange(context, actor, { ...params, code: codeIn(body.token) });
      return null;
    },
  }),
  route("answer-requests", {
    method: "POST",
    path: "/me/task/contactChange/{id}/resendEmail",
    summary: "This call will send you a new email, containing a new token",
    description: "The token before it is worth nothing from then on.",
    params: one,
    body: resendBody,
    answer: z.null(),
    run: async ({ context, actor, params, body }) => {
      await resendCode(context, actor, { ...params, to: body.to ?? "me" });
      return null;
    },
  }),
  route("answer-requests", {
    method: "POST",
    path: "/me/task/contactChange/{id}/cancel",
    summary: "Take this change request back",
    description: "The requester can, and the present administrator of the service, as long as the last answer is not given. No token is needed.",
    params: one,
    answer: z.null(),
    run: async ({ context, actor, params }) => {
      await cancelChange(context, actor, params);
      return null;
    },
  }),
];

function filterOf({ askingAccount, toAccount, state, direction, awaitingMe }: z.output<typeof filters>): RequestFilter {
  return {
    ...(askingAccount && { askerLike: askingAccount }),
    ...(toAccount && { newcomerLike: toAccount }),
    ...(state && { states: statesLike(state) }),
    ...(direction && { direction }),
    ...(awaitingMe === "true" && { awaitingMe: true }),
  };
}

function statesLike(like: string): State[] {
  const pieces = like.toLowerCase().split("%");
  return states.filter((state) => isLike(state.toLowerCase(), pieces));
}

/** Whether a text is these pieces with anything between them. */
function isLike(text: string, pieces: readonly string[]): boolean {
  const [first = "", last = ""] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

function placeOf({ cursor, size }: Page): Pick<RequestFilter, "after" | "limit"> {
  if (cursor !== undefined && !/^[0-9]{1,15}$/.test(cursor)) throw apiError(400, "X-Pagination-Cursor is not one that this list has given");
  return { ...(cursor !== undefined && { after: Number(cursor) }), ...(size !== undefined && { limit: size }) };
}

/** Tells the client where the list goes on. */
function onward<T>(page: Page, { rows, next }: Collected<T>): T[] {
  if (next !== undefined) page.next(String(next));
  return rows;
}

/** A code as it is copied out of a mail: with breaks and spaces that are none of its own. */
function codeIn(token: string): string {
  return token.replace(/\s+/g, "") || refuse({ code: "code-missing" });
}
