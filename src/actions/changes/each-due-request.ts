import type { Context } from "../../context.ts";
import { type DueRequest, openRequestsDue } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { eachAlone } from "../each-alone.ts";

const batch = 100;

type Chore = { name: string; by: "expires_at" | "remind_at"; one: (tx: Transaction, id: number) => Promise<boolean> };

/** Does `one` for the open requests whose moment has come, each alone, and goes on behind those that failed. Gives for how many there was something to do. */
export async function eachDueRequest(context: Context, { name, by, one }: Chore): Promise<number> {
  let done = 0;
  let after: DueRequest | undefined;
  for (;;) {
    const due = await openRequestsDue(context.store.read, { by, now: context.clock(), after, atMost: batch });
    const ids = due.map(({ id }) => id);
    done += (await eachAlone(context, name, ids, one)).done;
    after = due.at(-1);
    if (due.length < batch) return done;
  }
}
