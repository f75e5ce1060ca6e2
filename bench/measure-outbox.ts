import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { sendOnce } from "./contender.ts";
import { copyDatabase } from "./copy-database.ts";
import type { Prepared, Run } from "./measure-sqlite.ts";
import { openBenchStore } from "./open-bench-store.ts";
import { type SmtpSinkProcess, startSmtpSinkProcess } from "./smtp-sink.ts";
import { startServer } from "./start-server.ts";

/** Letters a second into a mail server in a process of its own; and once more with one recipient in ten who is slow, for now or never to be reached. */
export async function measureOutbox(run: Run, { prepared, site }: Prepared): Promise<void> {
  if (!run.wants("outbox")) return;
  const asked = run.options.quick ? 1500 : 10_000;
  const folder = await copyDatabase(prepared, join(run.folder, "letters"));
  const file = join(folder, "handover.db");
  await openBenchStore(file, (askAll) => askAll(site.askable.slice(0, asked)));
  const alone = await drain(await copyDatabase(folder, join(run.folder, "letters-alone")));
  run.facts.set("letters a second", alone);
  for (const kind of ["slow", "later", "never"]) {
    const copy = await copyDatabase(folder, join(run.folder, `letters-${kind}`));
    spoil(join(copy, "handover.db"), kind);
    run.facts.set(`letters a second, one in ten ${kind}`, await drain(copy));
  }
}

function spoil(file: string, kind: string): void {
  const db = new DatabaseSync(file);
  db.exec(`update outbox set recipient = '${kind}' || recipient where state = 'waiting' and rowid % 10 = 0`);
  db.close();
}

/** Those that nothing hinders, from the first to the last of them, or for half a minute. */
async function drain(data: string): Promise<number> {
  const sink = await startSmtpSinkProcess();
  const server = await startServer({ data, smtp: sink.url });
  try {
    await sendOnce(server.url, { method: "GET", path: "/healthz", headers: {} });
    return await rateOf(sink, countWaiting(join(data, "handover.db")));
  } finally {
    await server.stop();
    await sink.close();
  }
}

function countWaiting(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const row = db.prepare("select count(*) as n from outbox where state in ('waiting', 'sending') and recipient like 'person%'").get();
  db.close();
  return Number(row?.["n"]);
}

/** `left`: how many are to come; the last hundredth is not waited for. */
async function rateOf(sink: SmtpSinkProcess, left: number): Promise<number> {
  const first = (await sink.counts()).good;
  const began = performance.now();
  for (;;) {
    await sleep(20);
    const { good } = await sink.counts();
    const seconds = (performance.now() - began) / 1000;
    if (good - first >= left * 0.99 || seconds > 30) return (good - first) / seconds;
  }
}
