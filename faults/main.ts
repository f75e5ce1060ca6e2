// The fault bench: `npm run faults` tries all that can fail and prints a table of what was lost.
// `node faults/main.ts kill-server --count 20 --seed 7` runs one part, that often, with the choices of that seed; `--short` as often as continuous integration does.
// `--minutes 15`: parts that take steps without end (the model) take no new ones after that long on each engine.
import { rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { parseArgs } from "node:util";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { watchResources } from "./open-resources.ts";
import type { Bench, Finding, Part } from "./part.ts";
import { parts } from "./parts.ts";
import { seededRandom } from "./support/seeded-random.ts";
import { type Outcome, tableOf } from "./table.ts";

const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: "boolean", default: false },
    count: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

// Whoever is interrupted leaves nothing behind: what was started ends at the exit.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

if (given.list) for (const part of parts) console.log(`${part.name}\t${part.about}`);
else await runAll(chosen(), seedOf(given.seed));

async function runAll(wanted: readonly Part[], seed: number): Promise<void> {
  console.log(`seed ${seed} (again with: node faults/main.ts${named.map((name) => ` ${name}`).join("")}${given.short ? " --short" : ""} --seed ${seed})`);
  const outcomes: Outcome[] = [];
  for (const part of wanted) outcomes.push(await runOne(part, seed));
  console.log(`\n${tableOf(outcomes)}`);
  const faults = outcomes.flatMap(({ part, finding }) => finding.faults.map((fault) => `- ${part.name} (seed ${seed}): ${fault}`));
  if (faults.length > 0) console.log(`\nWhat did not hold:\n${faults.join("\n")}`);
  if (outcomes.some(({ finding }) => !held(finding))) process.exitCode = 1;
  endSoon();
}

/** A run that has told its table ends, whatever is left open. */
function endSoon(): void {
  setTimeout(() => {
    console.error(`still open at the end, and cut off: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit();
  }, 5000).unref();
}

/** A part that breaks off is a fault like any other: the parts after it are run. */
async function runOne(part: Part, seed: number): Promise<Outcome> {
  const { folder, remove } = await temporaryFolder();
  const tidyUp = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", tidyUp);
  await chmod(folder, 0o700);
  const count = numberOf("--count", given.count) ?? (given.short ? part.short : part.whole);
  const say = (text: string): void => void process.stderr.write(`${part.name}: ${text}\n`);
  const bench: Bench = {
    seed,
    count,
    short: given.short,
    folder,
    longest: (numberOf("--minutes", given.minutes) ?? 12 * 60) * 60_000,
    random: seededRandom(seed, part.name),
    say,
  };
  say(`${part.about} (${count} times)`);
  const began = performance.now();
  const leftOpen = watchResources();
  try {
    const finding = await part.run(bench).catch(brokenOff);
    const seconds = (performance.now() - began) / 1000;
    const left = await leftOpen();
    if (left.length > 0) say(`left open: ${left.join(", ")}`);
    return { part, finding, seconds };
  } finally {
    await remove();
    process.off("exit", tidyUp);
  }
}

function brokenOff(error: unknown): Finding {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { tried: "broken off", faults: [text], measured: "" };
}

function held({ zeros, faults }: Finding): boolean {
  return faults.length === 0 && Object.values(zeros ?? {}).every((count) => count === 0);
}

function chosen(): readonly Part[] {
  const unknown = named.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(", ")}; there are ${parts.map((part) => part.name).join(", ")}`);
  const usual = parts.filter((part) => !given.short || part.short > 0);
  return named.length === 0 ? usual : parts.filter((part) => named.includes(part.name));
}

function seedOf(text: string | undefined): number {
  return numberOf("--seed", text) ?? Math.floor(Math.random() * 2 ** 31);
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(text)) throw new Error(`${option} ${text} is no whole number`);
  return Number(text);
}
