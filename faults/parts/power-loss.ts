import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Bench, Finding, Part } from "../part.ts";
import { Boundaries } from "../support/boundaries.ts";
import { buildDisk } from "../support/disk-after-cut.ts";
import { type DiskStep, readDiskRecord, recordedCalls } from "../support/disk-record.ts";
import { grouped } from "../support/figures.ts";
import { judgeStory, noLoss } from "../support/judge-story.ts";
import { seededRandom } from "../support/seeded-random.ts";
import type { StoryOptions } from "../support/story.ts";
import type { StoryEvent } from "../support/story-events.ts";

const run = promisify(execFile);

/** Every so many cuts the story is recorded anew, with other choices. */
const cutsOfARecord = 100;

/** Power fails at any moment of a story; the disk has what was synced and a random part of the rest. */
export const powerLoss: Part = {
  name: "power-loss",
  about: "power fails; of what was not synced the disk has kept a random part",
  whole: 2000,
  short: 60,
  run: tryPowerLoss,
};

async function tryPowerLoss(bench: Bench): Promise<Finding> {
  const zeros = noLoss();
  const faults: string[] = [];
  const figures = { cuts: 0, steps: 0, syncs: 0, confirmed: 0, kept: 0 };
  while (figures.cuts < bench.count) {
    const record = await recordStory(bench, Math.floor(figures.cuts / cutsOfARecord));
    figures.steps += record.steps.length;
    figures.syncs += record.steps.filter((step) => step.kind === "sync").length;
    for (let left = cutsOfARecord; left > 0 && figures.cuts < bench.count; left--, figures.cuts++) {
      const cut: Cut = { after: 1 + Math.floor(bench.random() * record.steps.length), seed: Math.floor(bench.random() * 2 ** 31) };
      const judged = await judgeCut(bench, record, cut);
      for (const zero of Object.keys(zeros) as (keyof typeof zeros)[]) zeros[zero] += judged.zeros[zero];
      const kept = judged.faults.length > 0 && faults.length < 5 ? await keepForLater(bench, record, cut) : "";
      for (const fault of judged.faults) faults.push(`cut ${figures.cuts + 1}, after step ${cut.after} of ${record.steps.length}${kept}: ${fault}`);
      figures.confirmed += judged.confirmed;
      figures.kept += judged.unconfirmed;
    }
    bench.say(`${figures.cuts} cuts, ${faults.length} faults`);
  }
  return {
    tried: `${grouped(figures.cuts)} cuts in records of ${grouped(figures.steps)} writes, syncs and names; ${grouped(figures.confirmed)} confirmations looked for`,
    zeros,
    faults,
    measured: `every disk opened at the end of a transaction; at ${grouped(figures.kept)} cuts one that nobody had been told of yet was kept too`,
  };
}

type Recorded = { folder: string; steps: DiskStep[]; boundaries: Boundaries /** For each step: how many transactions had ended before it. */; ended: number[] };

/** Has a story told under strace: first creation, migrations, orders, requests, letters; every second one with stops and starts. */
async function recordStory(bench: Bench, n: number): Promise<Recorded> {
  const folder = join(bench.folder, `record-${n}`);
  await mkdir(folder);
  const [file, ledger, trace] = [join(folder, "data", "handover.db"), join(folder, "ledger"), join(folder, "trace")];
  const reopen = n % 2 === 1;
  const story: StoryOptions = { file, ledger, seed: bench.seed + n, services: 1 + (n % 7), requests: reopen ? 15 : 60, reopen };
  const paths = [file, `${file}-wal`, `${file}-journal`, join(folder, "data"), folder, ledger].flatMap((path) => ["-P", path]);
  const watch = ["-f", "--seccomp-bpf", "-y", "-xx", "-s", "70000", "-o", trace, ...paths, "-e", `trace=${recordedCalls}`];
  await run("strace", [...watch, process.execPath, join(import.meta.dirname, "../support/story.ts"), JSON.stringify(story)]);
  const steps = await readDiskRecord(trace, folder, ledger);
  await rm(trace);
  return { folder, steps, ...(await boundariesOf(steps, join(folder, "empty"))) };
}

/** Before its first transaction a database is what opening one that is not there makes of it. */
async function boundariesOf(steps: readonly DiskStep[], empty: string): Promise<Pick<Recorded, "boundaries" | "ended">> {
  await (await openSqlite({ file: join(empty, "handover.db"), clock: Date.now })).close();
  const boundaries = new Boundaries();
  boundaries.begin(await readFile(join(empty, "handover.db")));
  const logs = new Set(steps.flatMap((step) => (step.kind === "create" && step.path.endsWith("-wal") ? [step.file] : [])));
  const ended: number[] = [];
  for (const step of steps) {
    ended.push(boundaries.count);
    if (step.kind === "write" && logs.has(step.file)) boundaries.follow(step);
  }
  return { boundaries, ended };
}

/** Where in a record, and what chance keeps then. */
type Cut = { after: number; seed: number };

type Judged = ReturnType<typeof judgeStory> & { confirmed: number; unconfirmed: number };

async function judgeCut(bench: Bench, record: Recorded, cut: Cut): Promise<Judged> {
  const disk = join(bench.folder, "disk");
  await buildAt(disk, record, cut);
  try {
    const before = record.steps.slice(0, cut.after);
    const events = before.flatMap((step) => (step.kind === "event" ? [step.event] : []));
    const confirmed = record.ended[before.findLastIndex((step) => step.kind === "event")] ?? 0;
    return await judgeDisk(disk, record.boundaries, events, confirmed);
  } finally {
    await rm(disk, { recursive: true });
  }
}

async function buildAt(disk: string, record: Recorded, { after, seed }: Cut): Promise<void> {
  await mkdir(disk);
  const random = seededRandom(seed, "cut");
  await buildDisk(record.steps, after, record.folder, disk, random);
  // Shared memory of before the crash is worth nothing, whatever it holds.
  if (random() < 0.2) await writeFile(`${databaseOn(disk)}-shm`, Buffer.alloc(32_768, Math.floor(random() * 256))).catch(() => {});
}

const databaseOn = (disk: string): string => join(disk, "data", "handover.db");

/** `confirmed`: how many transactions had ended when the last thing was said. */
async function judgeDisk(disk: string, boundaries: Boundaries, events: readonly StoryEvent[], confirmed: number): Promise<Judged> {
  const file = databaseOn(disk);
  try {
    const store = await openSqlite({ file, clock: Date.now });
    await store.pendingMigrations().finally(() => store.close());
  } catch (error) {
    return { zeros: { ...noLoss(), writesLost: confirmed }, faults: [`does not open: ${String(error)}`], confirmed: events.length, unconfirmed: 0 };
  }
  const found = boundaries.of(await readFile(file));
  const db = new DatabaseSync(file, { readOnly: true });
  const judged = judgeStory(db, events);
  db.close();
  if (found === undefined) judged.faults.push("is at no boundary between two transactions");
  else if (found < confirmed) judged.faults.push(`is at boundary ${found}, but what was said at ${confirmed} was confirmed`);
  return { ...judged, confirmed: events.length, unconfirmed: found !== undefined && found > confirmed ? 1 : 0 };
}

/** Another recording would have other steps: the disk itself is what a fault can be looked into with. */
async function keepForLater(bench: Bench, record: Recorded, cut: Cut): Promise<string> {
  const disk = `${bench.folder}-cut-${cut.seed}`;
  await buildAt(disk, record, cut);
  return ` (kept as ${disk})`;
}
