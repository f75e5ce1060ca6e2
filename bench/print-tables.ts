import { describeMachine } from "./machine.ts";
import type { Figures, Measured } from "./run-rounds.ts";
import { type Found, targets } from "./targets.ts";

const whole = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString("en") : "–");
const fine = (value: number): string => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) : "–");

export function printHead(rows: readonly number[], engine: string): void {
  console.log(`\n## ${engine}, ${rows.map(whole).join(" to ")} services, ${new Date().toISOString().slice(0, 10)}, ${describeMachine()}\n`);
  console.log("| operation | who | answers/s | handover is × | p50 (ms) | p99 (ms) | processor (ms each) | memory (MB) | machine |");
  console.log("|---|---|---|---|---|---|---|---|---|");
}

/** As soon as it is known. The ratio says how many times as much the server under test does. */
export function printMeasured(measured: Measured): void {
  for (const figures of measured.figures) console.log(rowOf(measured, figures));
}

function rowOf(measured: Measured, figures: Figures): string {
  const [ours] = measured.figures;
  const first = ours === figures;
  const ratio = first || !ours ? "1" : fine(ours.rate / figures.rate);
  const wrong = figures.refused + figures.broken;
  const name = `${figures.name}${wrong > 0 ? ` (${wrong} failed)` : ""}`;
  const cells = [first ? measured.name : "", name, whole(figures.rate), ratio, fine(figures.p50), fine(figures.p99), fine(figures.processor)];
  return `| ${[...cells, whole(figures.memory), first ? machine(measured) : ""].join(" | ")} |`;
}

/** `~`: the machine changed by more than a fifth in a round that had to count. */
function machine({ swing, again, idle, load }: Measured): string {
  return `${swing > 0.2 ? "~" : ""}±${whole(swing * 100)} %, idle ${whole(idle * 100)} %, load ${fine(load)}${again > 0 ? `, ${again} again` : ""}`;
}

export function printFacts({ facts }: Found): void {
  console.log("\n| besides | |\n|---|---|");
  for (const [name, value] of facts) console.log(`| ${name} | ${fine(value)} |`);
}

/** `judged`: whether a target is said to hold; a quick run judges nothing. */
export function printTargets(found: Found, judged: boolean): void {
  console.log(`\n| target | wanted | found |${judged ? " |" : ""}\n|---|---|---|${judged ? "---|" : ""}`);
  for (const { what, limit, atLeast, value } of targets) {
    const got = value(found);
    if (got === undefined) continue;
    // What is no number holds nowhere.
    const holds = atLeast ? got >= limit : got <= limit;
    console.log(
      `| ${what} | ${atLeast ? "≥" : "≤"} ${limit.toLocaleString("en")} | ${fine(got)} |${judged ? ` ${holds ? "holds" : "**does not hold**"} |` : ""}`,
    );
  }
}
