import { execFileSync } from "node:child_process";
import { mostSwing } from "./calm-rounds.ts";
import { describeMachine } from "./machine.ts";
import type { Found, Table } from "./run.ts";
import type { Figures, Measured } from "./run-rounds.ts";
import { type Target, targets } from "./targets.ts";

const whole = (value: number): string => (Number.isFinite(value) ? Math.round(value).toLocaleString("en") : "–");
const fine = (value: number): string => (value >= 100 ? whole(value) : Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : "–");

/** In Markdown, as it stands in docs/benchmarks.md: what was to be reached first. `judged`: whether a target is said to hold; a quick run says that it judges nothing. */
export function reportOf(found: Found, origin: string, judged: boolean): string {
  const parts = [origin, targetTable(found, judged), ...found.tables.filter(({ measured }) => measured.length > 0).map(tableOf), factTable(found)];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** `at`: ms of the clock. */
export type Beginning = { at: number; commit: string };

/** The commit may be another one when a run ends. */
export const beginNow = (): Beginning => ({ at: Date.now(), commit: commit() });

/** Which code was measured, when, where and how. */
export function originOf(args: readonly string[], began: Beginning): string {
  const command = ["npm run bench", ...(args.length > 0 ? ["--", ...args.map((arg) => (arg === "" ? '""' : arg))] : [])].join(" ");
  const [day, minutes] = [new Date(began.at).toISOString().slice(0, 10), Math.ceil((Date.now() - began.at) / 60_000)];
  return `\`${command}\` at commit ${began.commit} on ${day}, in ${minutes} min, on ${describeMachine()}.`;
}

function commit(): string {
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: import.meta.dirname, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain", "--untracked-files=no") === "" ? "" : " with changes"}`;
  } catch {
    // Not from a clone.
    return "unknown";
  }
}

const quickly = "Nothing is judged: a quick run shows that everything can be measured, and its turns of a second are too short for a figure to count.";

function targetTable(found: Found, judged: boolean): string {
  const reached = targets.flatMap((target) => {
    const got = target.value(found);
    return got === undefined ? [] : [{ target, got }];
  });
  if (reached.length === 0) return "";
  const head = judged ? "| target | wanted | found | holds |\n|---|---|---|---|" : "| target | wanted | found |\n|---|---|---|";
  const rows = reached.map(({ target, got }) => `${targetRow(target, got)}${judged ? ` ${holds(target, got) ? "yes" : "**no**"} |` : ""}`);
  const sum = judged ? `${reached.filter(({ target, got }) => holds(target, got)).length} of ${reached.length} hold.` : quickly;
  return ["### What was to be reached", "", sum, "", head, ...rows].join("\n");
}

const targetRow = ({ what, limit, atLeast }: Target, got: number): string =>
  `| ${what} | ${atLeast ? "≥" : "≤"} ${limit.toLocaleString("en")} | ${fine(got)} |`;

/** What is no number holds nowhere. */
const holds = ({ limit, atLeast }: Target, got: number): boolean => (atLeast ? got >= limit : got <= limit);

function tableOf({ title, measured }: Table): string {
  const head =
    "| operation | who | answers/s | the first is × | p50 (ms) | p99 (ms) | processor (ms each) | memory (MB) | machine |\n|---|---|---|---|---|---|---|---|---|";
  return [`### ${title}`, "", head, ...measured.flatMap((one) => one.figures.map((figures) => rowOf(one, figures)))].join("\n");
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
  return `${swing > mostSwing ? "~" : ""}±${whole(swing * 100)} %, idle ${whole(idle * 100)} %, load ${fine(load)}${again > 0 ? `, ${again} again` : ""}`;
}

/** But for what stands among the targets. */
function factTable({ facts }: Found): string {
  const lines = [...facts].filter(([name]) => !targets.some(({ what }) => what === name)).map(([name, value]) => `| ${name} | ${fine(value)} |`);
  return lines.length === 0 ? "" : ["### Besides", "", "| what | found |\n|---|---|", ...lines].join("\n");
}
