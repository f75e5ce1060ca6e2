import { setTimeout as sleep } from "node:timers/promises";
import type { Contender, Trial } from "./contender.ts";
import { generateLoad, type Seen } from "./generate-load.ts";
import { processorTime, residentMemory, watchMachine } from "./machine.ts";
import { median } from "./median.ts";

/** What a server did in one operation: medians of all rounds. Times in ms, memory in MB; `processor`: ms of the server for each answer. */
export type Figures = { name: string; rate: number; p50: number; p99: number; processor: number; memory: number; refused: number; broken: number };

/** `swing`: by how much the machine itself changed in the worst round that counts; `again`: rounds that were thrown away for it. */
export type Measured = Pick<Trial, "name" | "key"> & { figures: Figures[]; swing: number; again: number; idle: number; load: number };

/** Where and how long; `control`: bare node:http, the machine's unit in that minute. */
export type Course = { folder: string; rounds: number; seconds: number; control: string };

/** A round during which the machine changed by more than this is run again. */
const mostSwing = 0.2;

/** A B A B: in each round every contender has its turn, between two looks at what the machine can do at all. */
export async function runRounds(course: Course, trial: Trial): Promise<Measured> {
  const turns: Figures[][] = trial.contenders.map(() => []);
  const since = watchMachine();
  let [again, swing, before] = [0, 0, await control(course)];
  for (let round = 0; round < course.rounds; round++) {
    const found = [];
    for (const contender of trial.contenders) found.push(await takeTurn(course, trial, contender));
    // Everything has been asked for that there was: the rounds before count.
    if (found.some((figures) => figures === undefined)) break;
    const after = await control(course);
    const swung = Math.abs(after - before) / Math.max(after, before);
    before = after;
    if (swung > mostSwing && again < course.rounds - 1 && !trial.once) {
      again += 1;
      round -= 1;
      continue;
    }
    swing = Math.max(swing, swung);
    for (const [at, figures] of found.entries()) if (figures) turns[at]?.push(figures);
  }
  return { name: trial.name, key: trial.key, figures: turns.map(medians), swing, again, ...since() };
}

async function control({ folder, control: url, seconds }: Course): Promise<number> {
  const requests = [{ method: "GET" as const, path: "/", headers: {} }];
  const seen = await generateLoad(folder, { url, requests, once: false, clients: 32, seconds: seconds > 2 ? 2 : 1 });
  return seen.requests / seen.seconds;
}

async function takeTurn(
  { folder, seconds }: Course,
  { once, clients }: Trial,
  { name, server, requests: prepare, sent }: Contender,
): Promise<Figures | undefined> {
  const requests = prepare(seconds);
  if (once && requests.length < 4 * clients) return undefined;
  const before = processorTime(server.pid);
  const seen = await generateLoad(folder, { url: server.url, requests, once, clients, seconds });
  // Those under way at the end were sent too, and wrk takes one to look at it.
  sent?.(seen.requests + clients + 1);
  const figures = figuresOf(name, seen, processorTime(server.pid) - before, residentMemory(server.pid));
  await untilIdle(server.pid);
  return figures;
}

/** A slow server goes on with what nobody waits for any more: the next one shall not pay for it. */
async function untilIdle(pid: number, patience = 60_000): Promise<void> {
  const until = performance.now() + patience;
  for (let [before, busy] = [processorTime(pid), true]; busy && performance.now() < until; ) {
    await sleep(100);
    const now = processorTime(pid);
    busy = now - before > 20;
    before = now;
  }
}

function figuresOf(name: string, seen: Seen, processor: number, memory: number): Figures {
  const { requests, seconds, refused, broken } = seen;
  // Who has answered nothing was not quick.
  const [p50, p99] = requests > 0 ? [seen.p50, seen.p99] : [Number.NaN, Number.NaN];
  return { name, rate: (requests - refused) / seconds, p50, p99, processor: processor / Math.max(1, requests), memory, refused, broken };
}

function medians(turns: readonly Figures[]): Figures {
  const of = (key: Exclude<keyof Figures, "name">): number => median(turns.map((turn) => turn[key]));
  const sum = (key: "refused" | "broken"): number => turns.reduce((all, turn) => all + turn[key], 0);
  return {
    name: turns[0]?.name ?? "",
    rate: of("rate"),
    p50: of("p50"),
    p99: of("p99"),
    processor: of("processor"),
    memory: Math.max(...turns.map((turn) => turn.memory)),
    refused: sum("refused"),
    broken: sum("broken"),
  };
}
