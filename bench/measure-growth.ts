import { join } from "node:path";
import { startCeiling } from "./ceiling/start-ceiling.ts";
import type { Contender } from "./contender.ts";
import { copyDatabase } from "./copy-database.ts";
import type { Run } from "./measure-sqlite.ts";
import { prepareSite } from "./prepare-site.ts";
import { printHead, printMeasured } from "./print-tables.ts";
import { runRounds } from "./run-rounds.ts";
import { type RunningServer, startServer } from "./start-server.ts";
import { readingTrials } from "./trials.ts";
import { writingTrials } from "./writing-trials.ts";

const keys = ["list", "check", "ask", "accept"];

/** The same operations on sites of several sizes, in turn: what people do all day must not grow with the site. */
export async function measureGrowth(run: Run): Promise<void> {
  const { options, folder } = run;
  if (!run.wants("growth") || options.growth.length < 2) return;
  const servers: RunningServer[] = [];
  const trials = new Map<string, { once: boolean; contenders: Contender[] }>();
  try {
    for (const rows of options.growth) {
      // The smallest has to have enough to ask and to accept.
      const { folder: prepared, site } = await prepareSite(options.cache, rows, Math.min(...options.growth) / 4);
      const ours = await startServer({ data: await copyDatabase(prepared, join(folder, `growth-${rows}`)) });
      servers.push(ours);
      const field = { ours, peers: [] };
      const found = [
        ...(await readingTrials(field, site, options.clients, (key) => keys.includes(key))),
        ...(await writingTrials(field, site, options.clients)),
      ];
      for (const { key, once, contenders } of found) {
        const trial = trials.get(key) ?? { once, contenders: [] };
        trial.contenders.push(...contenders.map((one) => ({ ...one, name: `${rows.toLocaleString("en")} services` })));
        trials.set(key, trial);
      }
    }
    const hello = await startCeiling();
    servers.push(hello);
    printHead(options.growth, "SQLite, growth");
    const course = { folder, rounds: options.rounds, seconds: Math.min(5, options.seconds), control: hello.url };
    for (const [key, trial] of trials) {
      const measured = await runRounds(course, { ...trial, name: key, key: `growth-${key}`, clients: options.clients });
      printMeasured(measured);
      const [first, last] = [measured.figures.at(0), measured.figures.at(-1)];
      if (first && last) run.facts.set(`growth, ${key}: time of the largest site × of the smallest`, first.rate / last.rate);
    }
  } finally {
    for (const one of servers) await one.stop();
  }
}
