import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "./api-client.ts";
import { openDatabase, openFleet } from "./fleet.ts";
import { type BenchCast, benchSecrets, furnish } from "./furnish.ts";
import { type Judgement, judge } from "./judge.ts";
import { type Load, startLoad } from "./load.ts";
import { openMailSink } from "./mail-sink.ts";

/** `inject`: what fails, in strace's words. */
export type BadDisk = { folder: string; inject: string; calls: string; random: () => number };

export type Served = Judgement & { injected: number; unavailable: number; reads: number };

/** ms for the errors that are awaited. */
const patience = 60_000;

/** Runs a real server under load on a disk whose calls fail now and then, until it has refused `refusals` calls, and goes on. */
export async function serveOnBadDisk({ folder, inject, calls, random }: BadDisk, refusals: number): Promise<Served> {
  await mkdir(folder);
  const sink = await openMailSink();
  const where = { folder, database: { kind: "sqlite" } } as const;
  const store = await openDatabase(where);
  await store.migrate();
  const cast = await furnish(store, benchSecrets, { services: 60, accounts: 8 });
  const trace = join(folder, "trace");
  const paths = ["", "-wal", "-shm"].flatMap((suffix) => ["-P", join(folder, `handover.db${suffix}`)]);
  // The tracer stands aside (-D), so that the process that is stopped is the server itself.
  const command = ["strace", "-D", "-f", "--seccomp-bpf", "-s", "0", "-o", trace, ...paths, "-e", `trace=${calls}`, "-e", `inject=${inject}`];
  const fleet = await openFleet({ ...where, nodes: 1, smtpUrl: sink.url, command });
  try {
    await fleet.startAll();
    const load = startLoad({ url: fleet.url, cast, sink, random, lanes: 6 });
    const { reads, faults } = await serveReads(load, fleet.url, cast, refusals);
    const judged = await judge(store, load.ledger, sink.received);
    const injected = (await readFile(trace, "utf8")).split("(INJECTED)").length - 1;
    return { ...judged, faults: [...faults, ...judged.faults], injected, unavailable: load.ledger.unavailable, reads };
  } finally {
    await fleet.close();
    await store.close();
    await sink.close();
  }
}

/** Reads while the load writes, until so many calls were refused; then the writes must go on. */
async function serveReads(load: Load, url: string, cast: BenchCast, refusals: number): Promise<{ reads: number; faults: string[] }> {
  try {
    const { reads, faults } = await readUntil(new ApiClient(url), cast, () => load.ledger.unavailable >= refusals);
    const before = load.ledger.acknowledgements;
    if (!(await within(patience, () => load.ledger.acknowledgements > before))) faults.push("writes do not go on");
    await load.stop();
    return { reads, faults };
  } finally {
    await load.stop(0);
  }
}

async function readUntil(client: ApiClient, { accounts }: BenchCast, enough: () => boolean): Promise<{ reads: number; faults: string[] }> {
  const faults: string[] = [];
  let reads = 0;
  const [reader] = accounts;
  const read = async (): Promise<boolean> => {
    const answer = reader && (await client.call(reader, { method: "GET", path: "/me" }));
    reads++;
    if (answer?.status !== 200) faults.push(`GET /me answered ${answer?.status}`);
    return enough();
  };
  if (!(await within(patience, read))) faults.push("the errors that were awaited did not come");
  return { reads, faults };
}

/** Asks again and again, for so many ms. */
async function within(time: number, isSo: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const until = performance.now() + time; performance.now() < until; await sleep(20)) if (await isSo()) return true;
  return false;
}
