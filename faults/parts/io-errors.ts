import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Bench, Finding, Part } from "../part.ts";
import { grouped } from "../support/figures.ts";
import { judgeStory, noLoss } from "../support/judge-story.ts";
import { type Served, serveOnBadDisk } from "../support/server-on-bad-disk.ts";
import type { StoryOptions } from "../support/story.ts";
import { readEvents, type StoryEvent } from "../support/story-events.ts";

const run = promisify(execFile);

/** The n-th write, sync or open of the database fails. */
export const ioErrors: Part = {
  name: "io-errors",
  about: "the n-th write, sync or open of the database fails, once or for a while",
  whole: 1000,
  short: 10,
  run: tryErrors,
};

type Kind = "write" | "sync" | "open";

/** How many errors one story meets. */
const errorsOfAStory = 20;

/** How far they lie apart: story r meets those at r, r + 50, … r + 950, so that fifty stories meet each of a thousand. */
const apartIn = { whole: 50, short: 12 };

/** The system calls of a kind, the errors that a disk answers with, and a story long enough for a thousand of them. */
const kinds: Record<Kind, { calls: string; errors: readonly string[]; story: Pick<StoryOptions, "services" | "requests" | "reopen"> }> = {
  write: { calls: "pwrite64,ftruncate", errors: ["EIO", "ENOSPC"], story: { services: 3, requests: 30, reopen: false } },
  sync: { calls: "fsync,fdatasync", errors: ["EIO", "ENOSPC"], story: { services: 1, requests: 340, reopen: false } },
  open: { calls: "openat", errors: ["EIO", "EMFILE"], story: { services: 1, requests: 150, reopen: true } },
};

type Figures = {
  errors: Record<Kind, number>;
  lasting: number;
  unavailable: number;
  confirmed: number;
  server: { errors: number; unavailable: number; acknowledged: number; reads: number };
};

async function tryErrors(bench: Bench): Promise<Finding> {
  const zeros = noLoss();
  const faults: string[] = [];
  const figures: Figures = {
    errors: { write: 0, sync: 0, open: 0 },
    lasting: 0,
    unavailable: 0,
    confirmed: 0,
    server: { errors: 0, unavailable: 0, acknowledged: 0, reads: 0 },
  };
  const runs = Math.ceil(bench.count / errorsOfAStory);
  const apart = bench.short ? apartIn.short : apartIn.whole;
  // Where not all of them are tried, chance says which.
  const from = runs >= apart ? 0 : Math.floor(bench.random() * (apart - runs));
  for (const kind of Object.keys(kinds) as Kind[]) {
    for (let n = 0; n < runs; n++) {
      const first = 1 + ((from + n) % apart);
      for (const lasting of n % 10 === 0 && !bench.short ? [false, true] : [false]) {
        const when = lasting ? `${first * 4}..${first * 4 + apart}` : `${first}..${errorsOfAStory * apart}+${apart}`;
        const told = await tellStory(bench, kind, when, n);
        const judged = await judgeAfterwards(told);
        for (const zero of Object.keys(zeros) as (keyof typeof zeros)[]) zeros[zero] += judged.zeros[zero];
        for (const fault of judged.faults) faults.push(`${told.inject}, story ${JSON.stringify(told.story)}: ${fault}`);
        if (lasting) figures.lasting += told.injected;
        else figures.errors[kind] += told.injected;
        figures.unavailable += told.events.filter((event) => event.did === "unavailable").length;
        figures.confirmed += told.events.length;
        await rm(told.folder, { recursive: true });
      }
    }
    bench.say(`${figures.errors[kind]} errors of ${kind}, ${faults.length} faults`);
  }
  for (let n = 0; n < Math.ceil(runs / 10); n++) {
    for (const kind of ["write", "sync"] as const) {
      const served = await serve(bench, kind, n);
      for (const zero of Object.keys(zeros) as (keyof typeof zeros)[]) zeros[zero] += served.zeros[zero];
      faults.push(...served.faults.map((fault) => `server ${n} with errors of ${kind}: ${fault}`));
      figures.server.errors += served.injected;
      figures.server.unavailable += served.unavailable;
      figures.server.acknowledged += served.counted.acknowledged;
      figures.server.reads += served.reads;
    }
    bench.say(`${figures.server.errors} errors under the server, ${faults.length} faults`);
  }
  return { tried: triedOf(figures), zeros, faults, measured: measuredOf(figures) };
}

function triedOf({ errors, lasting, server }: Figures): string {
  const each = (Object.keys(errors) as Kind[]).map((kind) => `${grouped(errors[kind])} of ${kind}`);
  return `single errors: ${each.join(", ")}; ${grouped(lasting)} in a row; ${grouped(server.errors)} under a real server with ${grouped(server.acknowledged)} acknowledged writes`;
}

function measuredOf({ unavailable, confirmed, server }: Figures): string {
  const ofStories = `${grouped(unavailable)} writes and starts refused as unavailable, each taken when tried again without a restart; ${grouped(confirmed)} confirmations kept`;
  return `${ofStories}; the server answered 503 with Retry-After ${grouped(server.unavailable)} times, and each of ${grouped(server.reads)} reads`;
}

/** Further apart where more is written in one commit: what fails always never goes on. */
const apartUnderServer = { write: 400, sync: 6 };

function serve(bench: Bench, kind: "write" | "sync", n: number): Promise<Served> {
  const { calls, errors } = kinds[kind];
  const apart = apartUnderServer[kind];
  const first = Math.floor(apart * (1 + bench.random()));
  const inject = `${calls}:error=${errors[n % errors.length]}:when=${first}+${apart}`;
  return serveOnBadDisk({ folder: join(bench.folder, `server-${kind}-${n}`), calls, inject, random: bench.random }, bench.short ? 5 : 40);
}

type Told = { folder: string; story: StoryOptions; inject: string; injected: number; events: StoryEvent[]; broken?: string };

/** `when`: which calls fail, as strace counts them. */
async function tellStory(bench: Bench, kind: Kind, when: string, n: number): Promise<Told> {
  const folder = join(bench.folder, `${kind}-${when}`);
  await mkdir(folder);
  const [file, ledger, trace] = [join(folder, "data", "handover.db"), join(folder, "ledger"), join(folder, "trace")];
  const { calls, errors, story } = kinds[kind];
  const requests = Math.ceil(bench.short ? (story.requests * apartIn.short) / apartIn.whole : story.requests);
  const told: StoryOptions = { file, ledger, seed: bench.seed + n, ...story, requests };
  const inject = `${calls}:error=${errors[n % errors.length]}:when=${when}`;
  const paths = ["", "-wal", "-shm", "-journal"].flatMap((suffix) => ["-P", file + suffix]);
  const watch = ["-f", "--seccomp-bpf", "-s", "0", "-o", trace, ...paths, "-e", `trace=${calls}`, "-e", `inject=${inject}`];
  const ended = run("strace", [...watch, process.execPath, join(import.meta.dirname, "../support/story.ts"), JSON.stringify(told)], { timeout: 120_000 });
  const broken = await ended.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  const injected = (await readFile(trace, "utf8")).split("(INJECTED)").length - 1;
  return { folder, story: told, inject, injected, events: readEvents(await readFile(ledger, "utf8")), ...(broken === undefined ? {} : { broken }) };
}

/** Opened anew, on a disk that is well again. */
async function judgeAfterwards({ story, events, injected, broken }: Told): Promise<ReturnType<typeof judgeStory>> {
  const store = await openSqlite({ file: story.file, clock: Date.now });
  await store.pendingMigrations().finally(() => store.close());
  const db = new DatabaseSync(story.file, { readOnly: true });
  const judged = judgeStory(db, events);
  const kept = broken === undefined ? Number(db.prepare("select count(*) as n from change_request").get()?.["n"]) : 0;
  db.close();
  const asked = events.filter((event) => event.did === "asked").length;
  if (broken !== undefined) judged.faults.push(`the story broke off: ${broken}`);
  else if (kept !== asked) judged.faults.push(`${kept} requests are kept, but ${asked} were confirmed: some were refused and kept`);
  if (injected < errorsOfAStory) judged.faults.push(`only ${injected} errors were met: the story is too short`);
  return judged;
}
