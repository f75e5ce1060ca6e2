import { join } from "node:path";
import { startCeiling } from "./ceiling/start-ceiling.ts";
import type { Trial } from "./contender.ts";
import { copyDatabase } from "./copy-database.ts";
import type { Options } from "./options.ts";
import { prepareSite, type Site } from "./prepare-site.ts";
import { printHead, printMeasured } from "./print-tables.ts";
import { type Course, type Measured, runRounds } from "./run-rounds.ts";
import { startPeers } from "./start-peers.ts";
import { startServer } from "./start-server.ts";
import { type Field, readingTrials } from "./trials.ts";
import { writingTrials } from "./writing-trials.ts";

/** What all measurements of a run share: its folder, its site, and what it has found so far. */
export type Run = { options: Options; folder: string; measured: Measured[]; facts: Map<string, number>; wants: (key: string) => boolean };

/** Every operation over HTTP, this server and the others in turn, on SQLite. */
export async function measureSqlite(run: Run): Promise<{ prepared: string; site: Site; data: string }> {
  const { options, folder } = run;
  const answers = Math.min(options.rows / 4, options.rounds * options.seconds * (options.quick ? 1500 : 1000));
  const { folder: prepared, site } = await prepareSite(options.cache, options.rows, Math.round(answers));
  const data = await copyDatabase(prepared, join(folder, "ours"));
  const ours = await startServer({ data, profile: options.profile });
  const others = await copyDatabase(prepared, join(folder, "ceiling"));
  const ceiling = await startCeiling(join(others, "handover.db"));
  const hello = await startCeiling();
  const peers = await startPeers(options.peers, options.cache, prepared);
  try {
    printHead(options.rows, "SQLite");
    const field: Field = { ours, ceiling, peers };
    const course = { folder, rounds: options.rounds, seconds: options.seconds, control: hello.url };
    for (const trial of [...(await readingTrials(field, site, options.clients)), ...(await writingTrials(field, site, options.clients))]) {
      await measure(run, course, trial);
    }
  } finally {
    for (const one of [ours, ceiling, hello, ...peers.map(({ peer }) => peer)]) await one.stop();
  }
  return { prepared, site, data };
}

async function measure(run: Run, course: Course, trial: Trial): Promise<void> {
  if (!run.wants(trial.key)) return;
  const measured = await runRounds(course, trial);
  run.measured.push(measured);
  printMeasured(measured);
}
