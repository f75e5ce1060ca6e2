// The fault bench: `npm run faults` tries all that can fail and prints a table of what was lost.
// `node faults/main.ts kill-server --count 20 --seed 7` runs one part, that often, with the choices of that seed; `--short` as often as continuous integration does.
// `--lanes 2`: two parts at a time; what they measure is then that of a busy machine.
// `--minutes 15`: parts that take steps without end (the model) take no new ones after that long on each engine.
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Finding, Part } from "./part.ts";
import { parts } from "./parts.ts";
import type { Order, Report } from "./run-part.ts";
import { type Outcome, tableOf } from "./table.ts";

const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: "boolean", default: false },
    count: { type: "string" },
    seed: { type: "string" },
    minutes: { type: "string" },
    lanes: { type: "string" },
    list: { type: "boolean", default: false },
  },
});

// Whoever is interrupted leaves nothing behind: the parts that run end, and what they started with them.
const running = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

if (given.list) for (const part of parts) console.log(`${part.name}\t${part.about}`);
else await runAll(chosen(), seedOf(given.seed));

async function runAll(wanted: readonly Part[], seed: number): Promise<void> {
  console.log(`seed ${seed} (again with: node faults/main.ts${named.map((name) => ` ${name}`).join("")}${given.short ? " --short" : ""} --seed ${seed})`);
  const outcomes = await inLanes(wanted, seed);
  console.log(`\n${tableOf(outcomes)}`);
  const faults = outcomes.flatMap(({ part, finding }) => finding.faults.map((fault) => `- ${part.name} (seed ${seed}): ${fault}`));
  if (faults.length > 0) console.log(`\nWhat did not hold:\n${faults.join("\n")}`);
  if (outcomes.some(({ finding }) => !held(finding))) process.exitCode = 1;
}

/** The outcomes in the order of the parts. */
async function inLanes(wanted: readonly Part[], seed: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const left = [...wanted.entries()];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) outcomes[next[0]] = { part: next[1], ...(await runApart(next[1], seed)) };
  };
  await Promise.all(Array.from({ length: numberOf("--lanes", given.lanes) ?? 1 }, lane));
  return outcomes;
}

/** In a process of its own. One that ends without a report is a fault like any other: the parts after it are run. */
function runApart(part: Part, seed: number): Promise<Report> {
  const began = performance.now();
  const child = fork(join(import.meta.dirname, "run-part.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  running.add(child);
  child.send(orderFor(part, seed));
  return new Promise((resolve) => {
    let report: Report | undefined;
    child.once("message", (told: Report) => (report = told));
    child.once("exit", (code, signal) => {
      running.delete(child);
      resolve(report ?? { finding: endedWith(code ?? signal), seconds: (performance.now() - began) / 1000 });
    });
  });
}

function orderFor(part: Part, seed: number): Order {
  const count = numberOf("--count", given.count) ?? (given.short ? part.short : part.whole);
  return { name: part.name, seed, count, short: given.short, longest: (numberOf("--minutes", given.minutes) ?? 12 * 60) * 60_000 };
}

function endedWith(how: number | string | null): Finding {
  return { tried: "broken off", faults: [`its process ended with ${how} before it had found anything`], measured: "" };
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

/** A short run makes the same choices each time, so that it says something of what has changed since the last one; a whole run makes others. */
function seedOf(text: string | undefined): number {
  return numberOf("--seed", text) ?? (given.short ? 1 : Math.floor(Math.random() * 2 ** 31));
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(text)) throw new Error(`${option} ${text} is no whole number`);
  return Number(text);
}
