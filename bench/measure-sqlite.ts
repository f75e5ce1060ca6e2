import { join } from "node:path";
import { startCeiling } from "./ceiling/start-ceiling.ts";
import type { Trial } from "./contender.ts";
import { copyDatabase } from "./copy-database.ts";
import { residentMemory } from "./machine.ts";
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

/** The folder of the prepared database, and what is in it. */
export type Prepared = { prepared: string; site: Site };

/** A site of the size that was asked for, with as many requests to be accepted as a run may need. */
export async function prepareSqlite({ options }: Run): Promise<Prepared> {
  const { rows, rounds, seconds, quick } = options;
  const answers = Math.min(rows / 4, rounds * seconds * (quick ? 1500 : 1000));
  const { folder: prepared, site } = await prepareSite(options.cache, rows, Math.round(answers));
  return { prepared, site };
}

const keys = ["list", "list-middle", "list-huge", "search", "search-none", "check", "check-batch", "requests", "html", "ask", "accept"];

/** Every operation over HTTP, this server and the others in turn, on SQLite. */
export async function measureSqlite(run: Run, { prepared, site }: Prepared): Promise<void> {
  const { options, folder, wants } = run;
  if (!keys.some(wants)) return;
  const data = await copyDatabase(prepared, join(folder, "ours"));
  const ours = await startServer({ data, profile: options.profile });
  const others = await copyDatabase(prepared, join(folder, "ceiling"));
  const ceiling = await startCeiling(join(others, "handover.db"));
  const hello = await startCeiling();
  const peers = await startPeers(options.peers, options.cache, prepared);
  for (const { name, peer } of peers) run.facts.set(`${name}: start (s)`, peer.started / 1000).set(`${name}: memory idle (MB)`, residentMemory(peer.pid));
  try {
    printHead([options.rows], "SQLite");
    const field: Field = { ours, ceiling, peers };
    const course = { folder, rounds: options.rounds, seconds: options.seconds, control: hello.url };
    const trials = [...(await readingTrials(field, site, options.clients, wants)), ...(await writingTrials(field, site, options.clients))];
    for (const trial of trials) await measure(run, course, trial);
  } finally {
    for (const one of [ours, ceiling, hello, ...peers.map(({ peer }) => peer)]) await one.stop();
  }
}

async function measure(run: Run, course: Course, trial: Trial): Promise<void> {
  if (!run.wants(trial.key)) return;
  const measured = await runRounds(course, trial);
  run.measured.push(measured);
  printMeasured(measured);
}
