import { join } from "node:path";
import { startCeiling } from "./ceiling/start-ceiling.ts";
import type { Trial } from "./contender.ts";
import { copyDatabase } from "./copy-database.ts";
import { type Prepared, prepareSite, type Site } from "./prepare-site.ts";
import { type Run, startTable } from "./run.ts";
import { type Measured, runRounds } from "./run-rounds.ts";
import { type RunningServer, startServer } from "./start-server.ts";
import { readingTrials } from "./trials.ts";
import { writingTrials } from "./writing-trials.ts";

const keys = ["list", "check", "ask", "accept"];

/** The same operations on sites of several sizes, in turn: what people do all day must not grow with the site. */
export async function measureGrowth(run: Run): Promise<void> {
  const { options, folder } = run;
  if (!run.wants("growth") || options.growth.length < 2) return;
  const servers: RunningServer[] = [];
  try {
    const trials: Trial[][] = [];
    for (const { prepared, site } of await prepareSites(run)) {
      const ours = await startServer({ data: await copyDatabase(prepared, join(folder, `growth-${site.rows}`)) });
      servers.push(ours);
      trials.push(await trialsOf(run, ours, site));
    }
    const hello = await startCeiling();
    servers.push(hello);
    const tell = startTable(run, `Growth on SQLite: ${options.growth.map((rows) => rows.toLocaleString("en")).join(", ")} services`);
    for (const key of keys) {
      const [first, ...others] = trials.flatMap((site) => site.find((trial) => trial.key === key) ?? []);
      if (!first) continue;
      const measured = await measure(run, hello.url, { ...first, contenders: [first, ...others].flatMap(({ contenders }) => contenders) });
      tell(measured);
      compare(run, key, measured);
    }
  } finally {
    for (const one of servers) await one.stop();
  }
}

/** As much is asked for and accepted on each of them as on the smallest, so that their logs grow alike. */
async function prepareSites({ options: { cache, growth } }: Run): Promise<Prepared[]> {
  const found = [];
  // The smallest has to have enough to ask and to accept.
  for (const rows of growth) found.push(await prepareSite(cache, rows, Math.floor(Math.min(...growth) / 4)));
  const fewest = Math.min(...found.map(({ site }) => site.askable.length));
  return found.map(({ prepared, site }) => ({ prepared, site: { ...site, askable: site.askable.slice(0, fewest) } }));
}

async function trialsOf({ options: { clients, rounds } }: Run, ours: RunningServer, site: Site): Promise<Trial[]> {
  const field = { ours, peers: [] };
  const trials = [
    ...(await readingTrials(field, site, clients, (key) => keys.includes(key))),
    ...(await writingTrials(field, site, { clients, turns: rounds })),
  ];
  const name = `${site.rows.toLocaleString("en")} services`;
  return trials.map((trial) => ({ ...trial, contenders: trial.contenders.map((one) => ({ ...one, name })) }));
}

function measure({ options, folder }: Run, control: string, trial: Trial): Promise<Measured> {
  const course = { folder, rounds: options.rounds, seconds: Math.min(5, options.seconds), control };
  return runRounds(course, { ...trial, name: trial.key, key: `growth-${trial.key}` });
}

function compare({ facts }: Run, key: string, { figures }: Measured): void {
  const [first, last] = [figures.at(0), figures.at(-1)];
  if (!first || !last) return;
  facts.set(`growth, ${key}: time of the largest site × of the smallest`, first.rate / last.rate);
  facts.set(`growth, ${key}: processor time of the largest site × of the smallest`, last.processor / first.processor);
}
