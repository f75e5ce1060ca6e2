import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Bench, Finding, Part } from "../part.ts";
import { boundariesOf, type DamageOptions, type Tried } from "../support/damage.ts";
import { grouped } from "../support/figures.ts";
import type { StoryOptions } from "../support/story.ts";

const run = promisify(execFile);

/** The log is cut short, or a bit of it or of the database changes, after a crash. */
export const walDamage: Part = {
  name: "wal-damage",
  about: "after a crash the log is cut short, or a bit of it or of the database has changed (as often each)",
  whole: 10_000,
  short: 100,
  run: tryDamage,
};

/** Every so many tries another database is damaged. */
const triesOfABase = 1000;

/** ms that one try may take at most. */
const patience = 60_000;

type Kind = DamageOptions["kind"];
type Counts = Record<Tried["outcome"], number>;

async function tryDamage(bench: Bench): Promise<Finding> {
  const faults: string[] = [];
  const counts: Record<Kind, Counts> = { truncation: noCounts(), flip: noCounts() };
  for (let from = 0; from < bench.count; from += triesOfABase) {
    const base = await makeBase(bench, from / triesOfABase);
    for (const kind of ["truncation", "flip"] as const) {
      await damage({ base, kind, seed: bench.seed, from, to: Math.min(bench.count, from + triesOfABase) }, (tried, n) => {
        counts[kind][tried.outcome]++;
        if (tried.outcome === "fault") faults.push(`${kind} ${n}: ${tried.what}: ${tried.note}`);
      });
    }
    bench.say(`${Math.min(bench.count, from + triesOfABase)} of each, ${faults.length} faults`);
  }
  return { tried: `${grouped(bench.count)} cuts of the log, ${grouped(bench.count)} flipped bits`, faults, measured: measuredOf(counts) };
}

const noCounts = (): Counts => ({ log: 0, refused: 0, found: 0, harmless: 0, undetected: 0, fault: 0 });

function measuredOf({ truncation, flip }: Record<Kind, Counts>): string {
  const ofFile = `${grouped(flip.harmless)} read by nobody, ${grouped(flip.refused)} refused when opened or read, ${grouped(flip.found)} found by the look of \`handover backup\``;
  return (
    `log: ${grouped(truncation.log)} cuts and ${grouped(flip.log)} bits, each opened exactly at the last transaction before the damage; ` +
    `bits of the database file, for which SQLite keeps no sum: ${ofFile}, ${grouped(flip.undetected)} within a value, not noticed`
  );
}

/** A story that ends as by a power failure while the log holds transactions that are not in the database file. */
async function makeBase(bench: Bench, n: number): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const base = join(bench.folder, `base-${n}-${tries}`);
    await mkdir(base);
    const [file, ledger] = [join(base, "handover.db"), join(base, "ledger")];
    const story: StoryOptions = { file, ledger, seed: bench.seed + n, services: 3, requests: 30 + 11 * n + 5 * tries, reopen: false, abandon: true };
    await run(process.execPath, [join(import.meta.dirname, "../support/story.ts"), JSON.stringify(story)]).catch((error: unknown) => {
      if (!(error instanceof Error && "signal" in error && error.signal === "SIGKILL")) throw error;
    });
    const [database, log] = [await readFile(file), await readFile(`${file}-wal`)];
    if (database.length > 100_000 && log.length > 0 && boundariesOf(database, log).ends.length >= 10) return base;
    await rm(base, { recursive: true });
  }
  throw new Error("no story ended with a log and a database that both hold something");
}

/** In a process of its own: one that crashes or hangs is a fault of the try that it was at. */
async function damage(options: Omit<DamageOptions, "scratch">, note: (tried: Tried, n: number) => void): Promise<void> {
  for (let from = options.from; from < options.to; ) {
    // In memory, where there is some: nothing here is to outlive anything.
    const scratch = await mkdtemp(join(await fastFolder(), "handover-damage-"));
    try {
      from = await damageUntilBroken({ ...options, from, scratch }, note);
    } finally {
      await rm(scratch, { recursive: true });
    }
  }
}

/** Gives the number of the next try. */
async function damageUntilBroken(options: DamageOptions, note: (tried: Tried, n: number) => void): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../support/damage.ts"), JSON.stringify(options)], { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const hung = setTimeout(() => child.kill("SIGKILL"), patience);
  let n = options.from;
  for await (const line of createInterface({ input: child.stdout })) {
    hung.refresh();
    note(JSON.parse(line) as Tried, n++);
  }
  clearTimeout(hung);
  if (n === options.to) return n;
  note({ what: `the process ended with ${child.exitCode ?? child.signalCode}`, outcome: "fault", note: complaint.slice(0, 500) }, n);
  return n + 1;
}

async function fastFolder(): Promise<string> {
  const memory = "/dev/shm";
  const isThere = await readFile("/proc/mounts", "utf8").then(
    (mounts) => mounts.includes(` ${memory} `),
    () => false,
  );
  return isThere ? memory : tmpdir();
}
