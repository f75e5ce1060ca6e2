import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Logger } from "pino";
import { type Store, StoreUnavailable } from "./store.ts";

/** ms between two questions. */
const pause = 1000;

/** By log, of which a process has one: where somebody asks already. */
const asking = new WeakSet<object>();

type Node = { store: Pick<Store, "write">; log: Pick<Logger, "info"> };

/** After a database that could not be used: asks it now and each second, and says in one line when it can be used again. Says nothing if it can be already: then one row was held, or a moment was bad. */
export function tellWhenBack({ store, log }: Node): void {
  if (asking.has(log)) return;
  asking.add(log);
  void whenBack(store)
    .then((ms) => {
      if (ms > 0) log.info({ seconds: Math.round(ms / 1000) }, "the database can be used again");
    })
    // A store that was closed meanwhile, or is damaged: who uses it tells that.
    .catch(() => {})
    .finally(() => asking.delete(log));
}

/** For how long (ms) it was away from now on; 0: it was not. Keeps no process alive. */
async function whenBack(store: Node["store"]): Promise<number> {
  const began = performance.now();
  for (let failed = false; ; failed = true) {
    try {
      await store.write(async (tx) => void (await writeSomething.execute(tx.db)));
      return failed ? performance.now() - began : 0;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    await sleep(pause, undefined, { ref: false });
  }
}

/** A transaction that writes nothing succeeds on a disk that is full too. */
const writeSomething = sql`update migration set at = at where name = (select min(name) from migration)`;
