import { forgetExpired } from "./actions/accounts/forget-expired.ts";
import { expireChanges } from "./actions/changes/expire-changes.ts";
import { remindApprovers } from "./actions/changes/remind-approvers.ts";
import { noteDatabaseTrouble } from "./actions/note-database-trouble.ts";
import { sendRenewalNotices } from "./actions/renewals/send-renewal-notices.ts";
import { indexNames } from "./actions/services/index-names.ts";
import type { Context } from "./context.ts";
import { noLongerThan } from "./outbox/no-longer-than.ts";

/** What time itself brings about, in this order, each minute. */
const chores = { expireChanges, remindApprovers, sendRenewalNotices, forgetExpired, indexNames };

/** Runs the chores now and each minute after; a round never meets the one before it. `stop` waits for the chore that runs, at most `patience` ms: the next one makes up for it. */
export function startTimers(context: Context, pause = 60_000): { stop(patience?: number): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  const next = (): void => {
    round = doChores(context, () => stopped).then(() => {
      if (!stopped) timer = setTimeout(next, pause);
    });
  };
  next();
  return {
    stop: async (patience = 10_000) => {
      stopped = true;
      clearTimeout(timer);
      await noLongerThan(patience, round);
    },
  };
}

/** A chore that fails is logged and tried again in the next round; it keeps no other from running. */
async function doChores(context: Context, stopped: () => boolean): Promise<void> {
  for (const [chore, run] of Object.entries(chores)) {
    if (stopped()) return;
    try {
      await run(context);
    } catch (error) {
      if (!noteDatabaseTrouble(context, error, { doing: chore }))
        context.log.error({ err: error, chore }, `the chore ${chore} failed; it is tried again in a minute`);
    }
  }
}
