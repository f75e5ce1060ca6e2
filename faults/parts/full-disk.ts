import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../src/storage/store.ts";
import type { Bench, Finding, Part } from "../part.ts";
import { ApiClient } from "../support/api-client.ts";
import { grouped, spread } from "../support/figures.ts";
import { type Fleet, openDatabase, openFleet } from "../support/fleet.ts";
import { type BenchCast, benchSecrets, forgetLimits, furnish } from "../support/furnish.ts";
import { judge } from "../support/judge.ts";
import type { Ledger } from "../support/ledger.ts";
import { startLoad } from "../support/load.ts";
import { openMailSink } from "../support/mail-sink.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";

/** A disk of 64 MB fills under load, and is freed, over and over. */
export const fullDisk: Part = {
  name: "full-disk",
  about: "a disk of 64 MB under the database fills under load, and is freed",
  whole: 20,
  short: 2,
  run: tryFullDisk,
};

/** ms for what must happen soon on a busy machine. */
const patience = 60_000;

async function tryFullDisk(bench: Bench): Promise<Finding> {
  const disk = await mountSmallDisk(bench.folder, 64);
  try {
    return await tryOn(disk, bench);
  } finally {
    await disk.remove();
  }
}

async function tryOn(disk: SmallDisk, bench: Bench): Promise<Finding> {
  const sink = await openMailSink();
  const where = { folder: disk.folder, database: { kind: "sqlite" } } as const;
  const fleet = await openFleet({ ...where, nodes: 1, smtpUrl: sink.url });
  const store = await openDatabase(where);
  try {
    await store.migrate();
    const cast = await furnish(store, benchSecrets, { services: 20, accounts: 8 });
    await fleet.startAll();
    const load = startLoad({ url: fleet.url, cast, sink, random: bench.random, lanes: 8 });
    const fills = new Fills(bench, disk, { fleet, store, cast, ledger: load.ledger });
    try {
      for (let n = 1; n <= bench.count; n++) await fills.next(n);
      await disk.free();
      await load.stop();
    } finally {
      await load.stop(0);
    }
    const { zeros, faults, counted } = await judge(store, load.ledger, sink.received);
    return {
      tried: `${grouped(bench.count)} fills (${disk.kind}), ${grouped(counted.acknowledged)} acknowledged writes, ${grouped(counted.letters)} letters`,
      zeros,
      faults: [...fills.faults, ...faults],
      measured: `${grouped(load.ledger.unavailable)} times 503 with Retry-After, ${grouped(fills.reads)} reads and pages meanwhile; freed, writes went on after ${spread(fills.resumed)}`,
    };
  } finally {
    await fleet.close();
    await store.close();
    await sink.close();
  }
}

type Scene = { fleet: Fleet; store: Store; cast: BenchCast; ledger: Ledger };

class Fills {
  readonly faults: string[] = [];
  /** ms from the freeing until the next write was acknowledged. */
  readonly resumed: number[] = [];
  reads = 0;
  readonly #bench: Bench;
  readonly #disk: SmallDisk;
  readonly #scene: Scene;

  constructor(bench: Bench, disk: SmallDisk, scene: Scene) {
    this.#bench = bench;
    this.#disk = disk;
    this.#scene = scene;
  }

  async next(n: number): Promise<void> {
    const { fleet, ledger, store } = this.#scene;
    const wrong = (text: string): unknown => this.faults.push(`fill ${n}: ${text}`);
    await this.#writesGoOn(wrong);
    await sleep(this.#bench.random() * 2000);
    const pid = fleet.pid(0);
    await this.#whileFull(wrong);
    await this.#disk.free();
    const freed = performance.now();
    await this.#writesGoOn(wrong);
    this.resumed.push(performance.now() - freed);
    if (!fleet.isRunning(0) || fleet.pid(0) !== pid) wrong("the server did not live through it");
    await forgetLimits(store);
    this.#bench.say(`${n} fills, ${ledger.acknowledgements} acknowledged writes, ${ledger.unavailable} refused, writes again ${spread(this.resumed)}`);
  }

  /** Until writes are refused, and some more. What the database frees by itself meanwhile is taken again. */
  async #whileFull(wrong: (text: string) => void): Promise<void> {
    const { ledger } = this.#scene;
    const refused = ledger.unavailable + 10;
    const until = performance.now() + patience;
    let told = false;
    while (ledger.unavailable < refused || !told) {
      await this.#disk.fill();
      await this.#readAll(wrong);
      told ||= await this.#pageIsUnavailable();
      if (performance.now() > until) return wrong("writes were not refused though the disk was full");
      await sleep(20);
    }
  }

  async #writesGoOn(wrong: (text: string) => void): Promise<void> {
    const { ledger } = this.#scene;
    const wanted = ledger.acknowledgements + 5;
    const until = performance.now() + patience;
    while (ledger.acknowledgements < wanted) {
      if (performance.now() > until) return wrong("writes do not go on");
      await sleep(5);
    }
  }

  async #readAll(wrong: (text: string) => void): Promise<void> {
    const { fleet, cast } = this.#scene;
    const page = await fetch(`${fleet.url}/sign-in`);
    await page.arrayBuffer();
    const [player] = cast.accounts;
    const read = player && (await new ApiClient(fleet.url).call(player, { method: "GET", path: "/me" }));
    for (const [what, status] of Object.entries({ page: page.status, "GET /me": read?.status })) if (status !== 200) wrong(`${what} answered ${status}`);
    this.reads += 2;
  }

  /** A form whose answer needs a write, since tries are counted: whether it was refused as a person is told. */
  async #pageIsUnavailable(): Promise<boolean> {
    const { fleet, cast } = this.#scene;
    const origin = "https://contacts.bench.example";
    const answer = await fetch(`${fleet.url}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ login: cast.accounts[0]?.handle ?? "", password: "not the password" }),
      redirect: "manual",
      headers: { Origin: origin, "Sec-Fetch-Site": "same-origin", "X-Forwarded-Proto": "https" },
    });
    await answer.arrayBuffer();
    return answer.status === 503 && answer.headers.has("Retry-After");
  }
}
