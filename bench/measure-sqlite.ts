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

/** Of so many services a change waits for its answers, but for no more than a run needs. */
const [waiting, mostWaiting] = [0.075, 15_000];

/** A site of the size that was asked for. */
export async function prepareSqlite({ options: { cache, rows } }: Run): Promise<Prepared> {
  const { folder: prepared, site } = await prepareSite(cache, rows, Math.min(Math.round(rows * waiting), mostWaiting));
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
    const { clients, rounds: turns } = options;
    const trials = [...(await readingTrials(field, site, clients, wants)), ...(await writingTrials(field, site, { clients, turns }))];
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
