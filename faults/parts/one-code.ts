import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Bench, Finding, Part } from "../part.ts";
import { grouped, spread } from "../support/figures.ts";
import { openDatabase, openFleet } from "../support/fleet.ts";
import { createFreshDatabase } from "../support/fresh-database.ts";
import { benchSecrets, furnish } from "../support/furnish.ts";
import { openMailSink } from "../support/mail-sink.ts";
import { CodeRaces } from "../support/one-code/code-races.ts";

export const oneCode: Part = {
  name: "one-code",
  about: "one right code from 64 clients at once, alone and against refusing and cancelling, on one node and on three",
  whole: 1000,
  short: 8,
  run: async (bench) => {
    const one = await raceOn(bench, { database: { kind: "sqlite" }, nodes: 1 });
    const postgres = await startPostgres(bench.folder);
    try {
      const url = await createFreshDatabase(postgres.url("postgres"), "one_code");
      return findingOf(bench, one, await raceOn(bench, { database: { kind: "postgres", url }, nodes: 3 }));
    } finally {
      await postgres.stop();
    }
  },
};

async function raceOn(bench: Bench, how: Pick<Parameters<typeof openFleet>[0], "database" | "nodes">): Promise<CodeRaces> {
  const sink = await openMailSink();
  const where = { folder: bench.folder, database: how.database };
  const fleet = await openFleet({ ...where, nodes: how.nodes, smtpUrl: sink.url });
  const store = await openDatabase(where);
  try {
    await store.migrate();
    const cast = await furnish(store, benchSecrets, { services: 8, accounts: 4 });
    await fleet.startAll();
    const races = new CodeRaces({ url: fleet.url, store, cast, sink, random: bench.random });
    for (let race = 1; race <= bench.count; race++) {
      await races.run(race);
      if (race % 100 === 0) bench.say(`${race} codes on ${how.nodes} nodes`);
    }
    await races.judge();
    return races;
  } finally {
    await store.close();
    await fleet.close();
    await sink.close();
  }
}

function findingOf(bench: Bench, one: CodeRaces, three: CodeRaces): Finding {
  const zeros = structuredClone(one.verdict.zeros);
  for (const [zero, count] of Object.entries(three.verdict.zeros) as [keyof typeof zeros, number][]) zeros[zero] += count;
  return {
    tried: `${grouped(bench.count)} codes from 64 clients at once on one node (SQLite), as many on three (PostgreSQL); ${grouped(one.calls + three.calls)} calls`,
    zeros,
    faults: [...one.verdict.faults.map((fault) => `one node: ${fault}`), ...three.verdict.faults.map((fault) => `three nodes: ${fault}`)],
    measured: `64 answers on one node ${spread(one.times)}; on three ${spread(three.times)}`,
  };
}
