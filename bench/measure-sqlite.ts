import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startCeiling } from "./ceiling/start-ceiling.ts";
import { copyDatabase } from "./copy-database.ts";
import { residentMemory } from "./machine.ts";
import { overHttp } from "./measurements.ts";
import type { Prepared, Site } from "./prepare-site.ts";
import { type Run, startTable } from "./run.ts";
import { runRounds } from "./run-rounds.ts";
import { startPeers } from "./start-peers.ts";
import { startServer } from "./start-server.ts";
import { type Field, readingTrials } from "./trials.ts";
import { writingTrials } from "./writing-trials.ts";

/** Every operation over HTTP, this server and the others in turn, on SQLite. */
export async function measureSqlite(run: Run, { prepared, site }: Prepared): Promise<void> {
  const { options, folder, wants } = run;
  if (!overHttp.some(wants)) return;
  const own = join(folder, "side-by-side");
  const running: { stop(): Promise<void> }[] = [];
  const started = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    running.push(server);
    return server;
  };
  try {
    const ours = started(await startServer({ data: await copyDatabase(prepared, join(own, "ours")), profile: options.profile }));
    const ceiling = started(await startCeiling(join(await copyDatabase(prepared, join(own, "ceiling")), "handover.db")));
    const hello = started(await startCeiling());
    const peers = await startPeers(options.peers, options.cache, prepared);
    for (const { name, peer } of peers)
      run.facts.set(`${name}: start (s)`, started(peer).started / 1000).set(`${name}: memory idle (MB)`, residentMemory(peer.pid));
    await measureField(run, { ours, ceiling, peers }, site, hello.url);
  } finally {
    for (const one of running) await one.stop();
    await rm(own, { recursive: true, force: true });
  }
}

async function measureField(run: Run, field: Field, site: Site, control: string): Promise<void> {
  const { clients, rounds, seconds } = run.options;
  const tell = startTable(run, `SQLite, ${site.rows.toLocaleString("en")} services`);
  const trials = [
    ...(await readingTrials(field, site, clients, run.wants)),
    ...(await writingTrials(field, site, { clients, turns: rounds })).filter(({ key }) => run.wants(key)),
  ];
  for (const trial of trials) tell(await runRounds({ folder: run.folder, rounds, seconds, control }, trial));
}
