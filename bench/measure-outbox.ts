import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { type SmtpSinkProcess, startSmtpSinkProcess } from "../faults/support/mail/sink-process.ts";
import { askInProcess } from "./ask-in-process.ts";
import { copyDatabase } from "./copy-database.ts";
import type { Prepared } from "./prepare-site.ts";
import type { Run } from "./run.ts";
import { startServer } from "./start-server.ts";

/** Letters a second into a mail server in a process of its own; and once more with one recipient in ten who is slow, for now or never to be reached. */
export async function measureOutbox(run: Run, { prepared, site }: Prepared): Promise<void> {
  if (!run.wants("outbox")) return;
  const asked = run.options.quick ? 1500 : 10_000;
  const folder = await copyDatabase(prepared, join(run.folder, "letters"));
  const file = join(folder, "handover.db");
  await askInProcess(file, site.askable.slice(0, asked));
  run.facts.set("letters a second", await drain(folder));
  const kinds = run.options.quick ? ["slow"] : ["slow", "later", "never"];
  for (const kind of kinds) run.facts.set(`letters a second, one recipient in ten ${kind}`, await drain(folder, kind));
  await rm(folder, { recursive: true });
}

/** Puts them into a mail server in a process of its own. `kind`: of one recipient in ten. */
async function drain(folder: string, kind?: string): Promise<number> {
  const data = await copyDatabase(folder, join(folder, "drained"));
  if (kind !== undefined) spoil(join(data, "handover.db"), kind);
  try {
    return await drainFrom(data);
  } finally {
    await rm(data, { recursive: true });
  }
}

function spoil(file: string, kind: string): void {
  const db = new DatabaseSync(file);
  db.exec(`update outbox set recipient = '${kind}' || recipient where state = 'waiting' and rowid % 10 = 0`);
  db.close();
}

/** Those that nothing hinders, from the first to the last of them, or for half a minute. */
async function drainFrom(data: string): Promise<number> {
  const left = countWaiting(join(data, "handover.db"));
  const sink = await startSmtpSinkProcess();
  const server = await startServer({ data, smtp: sink.url });
  try {
    return await rateOf(sink, left);
  } finally {
    await server.stop();
    await sink.close();
  }
}

/** Those that nothing hinders. */
function countWaiting(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true });
  const row = db.prepare("select count(*) as n from outbox where state = 'waiting' and recipient like 'person%'").get();
  db.close();
  return Number(row?.["n"]);
}

/** From the first that is seen to the last, or for half a minute; the last hundredth is not waited for. */
async function rateOf(sink: SmtpSinkProcess, left: number): Promise<number> {
  const began = performance.now();
  let first: { good: number; at: number } | undefined;
  for (;;) {
    const { good } = await sink.counts();
    const at = performance.now();
    if (good > 0) first ??= { good, at };
    if (good >= left * 0.99 || at - began > 30_000) return first ? ((good - first.good) * 1000) / (at - first.at) : 0;
    await sleep(20);
  }
}
