import { availableParallelism } from "node:os";
import { createTemplate } from "../../test/support/postgres-databases.ts";
import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Bench, Part } from "../part.ts";
import { grouped } from "../support/figures.ts";
import { type Played, playModel } from "../support/model/play-model.ts";

/** ms that the short form plays on PostgreSQL. */
const shortly = 40_000;
/** Seeds of one process lie so far from those of the next. */
const apart = 1_000_000;

export const model: Part = {
  name: "model",
  about: "random steps of people, operator and time on each engine, compared with a reference model after every one",
  whole: 1_000_000,
  short: 50_000,
  run: async (bench) => {
    const sqlite = await playOn(bench, "SQLite", { TEST_ENGINE: "sqlite", TMPDIR: bench.folder }, bench.longest);
    const postgres = await startPostgres(bench.folder);
    try {
      const { url, template } = await createTemplate(postgres.url("postgres"));
      const environment = { TEST_ENGINE: "postgres", TEST_POSTGRES_URL: url, TEST_POSTGRES_TEMPLATE: template, TMPDIR: bench.folder };
      return findingOf([sqlite, await playOn(bench, "PostgreSQL", environment, bench.short ? shortly : bench.longest)]);
    } finally {
      await postgres.stop();
    }
  },
};

type Game = { engine: string; steps: number; sequences: number; seconds: number; faults: string[] };

async function playOn(bench: Bench, engine: string, environment: NodeJS.ProcessEnv, ms: number): Promise<Game> {
  const game: Game = { engine, steps: 0, sequences: 0, seconds: 0, faults: [] };
  const began = performance.now();
  const processes = Math.max(1, Math.min(4, availableParallelism()));
  const told = (played: Played): void => {
    game.steps += played.steps;
    game.sequences += played.sequences;
    if (played.fault !== undefined) game.faults.push(`${engine}, world ${played.seed}: ${played.fault}`);
    if (Math.floor(game.steps / 50_000) > Math.floor((game.steps - played.steps) / 50_000)) bench.say(`${engine}: ${grouped(game.steps)} steps`);
  };
  const tasks = Array.from({ length: processes }, (_, i) => ({
    seed: (Math.imul(bench.seed, 10_007) + i * apart) | 0,
    steps: Math.ceil(bench.count / processes),
    ms,
  }));
  const enough = new AbortController();
  try {
    await Promise.all(tasks.map((task) => playModel(task, environment, enough.signal, told)));
  } finally {
    enough.abort();
  }
  game.seconds = (performance.now() - began) / 1000;
  return game;
}

function findingOf(games: readonly Game[]) {
  const tried = games.map(({ engine, steps, sequences }) => `${grouped(steps)} steps in ${grouped(sequences)} sequences on ${engine}`);
  const measured = games.map(({ engine, steps, seconds }) => `${grouped(Math.round(steps / seconds))} steps a second on ${engine}`);
  const faults = games.flatMap((game) => game.faults);
  // Each fault is a sequence by which the system and the model parted: a role may have moved. The other zeros are not looked at here.
  const zeros = { writesLost: 0, movedWithoutConsent: faults.length, codesUsedTwice: 0, mailsLost: 0, mailsMadeUp: 0 };
  return { tried: tried.join(", "), zeros, faults, measured: measured.join(", ") };
}
