import { setTimeout as sleep } from "node:timers/promises";

/** Somebody who writes again and again and notes when it is taken. Times: ms since 1970. */
export interface Watch {
  /** When a write was taken again after one had failed at this time or later; undefined: not yet. */
  backSince(time: number): number | undefined;
  /** How long it took from each write that was taken to the next, where one between them failed; and from the last one, if now is one of those times. ms */
  gaps(): number[];
  stop(): Promise<void>;
}

/** ms between two tries. */
const pause = 50;

type Try = { ended: number; taken: boolean };

/** `write` rejects or gives false where it was not taken. */
export function watch(write: () => Promise<boolean>): Watch {
  const tries: Try[] = [];
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const taken = await write().catch(() => false);
      tries.push({ ended: Date.now(), taken });
      await sleep(pause);
    }
  })();
  return {
    backSince: (time) => {
      const failed = tries.findIndex(({ ended, taken }) => !taken && ended >= time);
      return failed < 0 ? undefined : tries.slice(failed).find(({ taken }) => taken)?.ended;
    },
    gaps: () => gapsIn(tries),
    stop: () => {
      stopping.abort();
      return watching;
    },
  };
}

function gapsIn(tries: readonly Try[]): number[] {
  const gaps: number[] = [];
  let last = tries[0]?.ended ?? 0;
  let failed = false;
  for (const { ended, taken } of [...tries, { ended: Date.now(), taken: tries.at(-1)?.taken === false }]) {
    if (taken && failed) gaps.push(ended - last);
    if (taken) last = ended;
    failed = !taken;
  }
  return gaps;
}
