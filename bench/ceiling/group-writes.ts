import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";

const groupSize = 64;
type Writer = { work: () => string; resolve: (answer: string) => void; reject: (error: unknown) => void };

/** Writers that wait share one transaction and its fsync, and are answered after it. */
export function groupWrites(db: DatabaseSync): (work: () => string) => Promise<string> {
  const waiting: Writer[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      await nextTurn();
      runGroup(db, waiting.splice(0, groupSize));
    }
    running = false;
  };
  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve, reject });
      if (!running) void run();
    });
}

function runGroup(db: DatabaseSync, group: readonly Writer[]): void {
  try {
    db.exec("begin immediate");
    const answers = group.map((writer) => writer.work());
    db.exec("commit");
    for (const [at, writer] of group.entries()) writer.resolve(answers[at] ?? "");
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    for (const writer of group) writer.reject(error);
  }
}
