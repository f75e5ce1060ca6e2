import { z } from "zod";
import { type AddressTask, addressTaskStates } from "../../actions/accounts/address-task.ts";
import { confirmOwnAddress } from "../../actions/accounts/confirm-own-address.ts";
import { listAddressTasks } from "../../actions/accounts/list-address-tasks.ts";
import { refuseAddress } from "../../actions/accounts/refuse-address.ts";
import { showAddressTask } from "../../actions/accounts/show-address-task.ts";
import { notFound } from "../not-found.ts";
import { idParam } from "../parameters.ts";
import { type AccountCall, type Route, route } from "../route.ts";
import { datetime, instant } from "../times.ts";

const state = z.enum(addressTaskStates).meta({
  id: "nichandle.changeEmail.TaskStateEnum",
  description: "todo: the code has not been given yet; aborted: it was not given in time, or a newer wish or another password ended it",
});

/** A wish for another address, as OVH's clients know it. */
export const emailChangeTask = z
  .object({ id: z.int(), newEmail: z.string(), state, dateRequest: datetime, dateDone: datetime.nullable() })
  .meta({ id: "nichandle.emailChange.Task", description: "A wish for another e-mail address" });

/** A wish for another address as it is told. */
export function presentTask({ id, newEmail, state, askedAt, endedAt }: AddressTask): z.input<typeof emailChangeTask> {
  return { id, newEmail, state, dateRequest: instant(askedAt), dateDone: endedAt === null ? null : instant(endedAt) };
}

const params = z.object({ id: idParam });
const body = z.object({ token: z.string().meta({ description: "The code that came to the new address" }) });

async function existing({ context, actor, params: { id } }: Pick<AccountCall<{ id: number }, unknown, unknown>, "context" | "actor" | "params">) {
  return (await showAddressTask(context, actor, id)) ?? notFound(id);
}

/** The wishes of the account for another address. */
export const addressTaskRoutes: readonly Route[] = [
  route("read-profile", {
    method: "GET",
    path: "/me/task/emailChange",
    summary: "List the wishes for another e-mail address",
    description: "The oldest first. Those that ended a month ago are forgotten.",
    query: z.object({ state: state.optional() }),
    answer: z.array(z.int()),
    expands: emailChangeTask,
    run: async ({ context, actor, query, page }) => {
      const tasks = await listAddressTasks(context, actor, query);
      return page.expanded ? tasks.map(presentTask) : tasks.map(({ id }) => id);
    },
  }),
  route("read-profile", {
    method: "GET",
    path: "/me/task/emailChange/{id}",
    summary: "Get a wish for another e-mail address",
    params,
    answer: emailChangeTask,
    run: async (call) => presentTask(await existing(call)),
  }),
  route("change-address", {
    method: "POST",
    path: "/me/task/emailChange/{id}/accept",
    summary: "Make the new e-mail address that of the account",
    params,
    body,
    answer: z.null(),
    run: async (call) => {
      const { id } = await existing(call);
      await confirmOwnAddress(call.context, call.actor, { ...call.body, task: id });
      return null;
    },
  }),
  route("change-address", {
    method: "POST",
    path: "/me/task/emailChange/{id}/refuse",
    summary: "Give up the new e-mail address",
    params,
    body,
    answer: z.null(),
    run: async (call) => {
      const { id } = await existing(call);
      await refuseAddress(call.context, call.actor, { ...call.body, task: id });
      return null;
    },
  }),
];
