import { acceptChange } from "../src/actions/changes/accept-change.ts";
import { listRequests } from "../src/actions/changes/list-requests.ts";
import { requestChange } from "../src/actions/changes/request-change.ts";
import { checkRights } from "../src/actions/services/check-right.ts";
import { listServices } from "../src/actions/services/list-services.ts";
import type { Context } from "../src/context.ts";
import { openSecrets } from "../src/outbox/enqueue.ts";
import { type People, serviceRow } from "./fill.ts";

/** One thing that is done: `run` does it once, each time to something else. */
export type Operation = { name: string; times: number; run: () => Promise<unknown> };

/** `codes`: by the account that has each; empty until somebody is to answer. */
type OpenRequest = { id: number; codes: Map<number, string> };

/** What people and programs do all day. */
export function operationsOf(context: Context, { holder, other, huge: big, hugeServices }: People, rows: number): Operation[] {
  const many = hugeServices.toLocaleString("en");
  const questions = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ handle: holder.handle, deed: "run" as const, product: "domain", name: serviceRow((i * 37) % rows, 0).name }));
  const open: OpenRequest[] = [];
  let next = 0;
  const services = async (): Promise<number[]> =>
    (await context.store.read.selectFrom("service").select("id").where("admin_id", "=", holder.id).orderBy("id").execute()).map((row) => row.id);
  let ids: number[] | undefined;
  return [
    { name: "list 50 services of an account of 2,000", times: 200, run: () => listServices(context, holder) },
    { name: `list 50 services of an account of ${many}`, times: 200, run: () => listServices(context, big) },
    { name: `search among ${many}, without a match`, times: 200, run: () => listServices(context, big, { search: "zzzz" }) },
    { name: "may this account do this?", times: 500, run: () => checkRights(context, questions(1)) },
    { name: "the same for 1,000 services at once", times: 100, run: () => checkRights(context, questions(1000)) },
    { name: "list requests", times: 200, run: () => listRequests(context, holder) },
    {
      name: "ask for a change (two letters)",
      times: 150,
      run: async () => {
        ids ??= await services();
        await forgetLimits(context);
        const made = await requestChange(context, holder, { serviceId: ids[next++] ?? 0, contacts: { tech: other.handle } });
        open.push({ id: made.ids[0] ?? 0, codes: new Map() });
      },
    },
    {
      name: "accept twice, and carry out",
      times: 100,
      run: async () => {
        if (open.at(-1)?.codes.size === 0) await readCodes(context, open);
        const request = open.pop();
        if (!request) throw new Error("no request left");
        for (const actor of [holder, other]) await acceptChange(context, actor, { id: request.id, code: request.codes.get(actor.id) ?? "" });
      },
    },
  ];
}

/** The limits of a day are not what is measured. */
async function forgetLimits(context: Context): Promise<void> {
  if (Math.random() < 0.1) await context.store.write(async ({ db }) => void (await db.deleteFrom("rate_limit").execute()));
}

/** The codes of all that have none yet, at once, so that hardly any acceptance that is measured has to look for its own. */
async function readCodes(context: Context, requests: readonly OpenRequest[]): Promise<void> {
  const wanted = new Map(requests.filter(({ codes }) => codes.size === 0).map((one) => [one.id, one]));
  const ids = [...wanted.keys()];
  const rows = await context.store.read.selectFrom("outbox").selectAll().where("request_id", "in", ids).where("sealed", "is not", null).execute();
  for (const row of rows) wanted.get(row.request_id ?? 0)?.codes.set(row.account_id, openSecrets(context, row)?.[0] ?? "");
}
