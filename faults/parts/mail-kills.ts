import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Finding, Part } from "../part.ts";
import { benchContext } from "../support/bench-context.ts";
import { grouped } from "../support/figures.ts";
import { type Fleet, openDatabase, openFleet } from "../support/fleet.ts";
import { benchSecrets, furnish } from "../support/furnish.ts";
import { faultsOf, judgeLetters } from "../support/mail/judge-letters.ts";
import { type MoodyMailServer, startMoodyMailServer, type Taken } from "../support/mail/moody-mail-server.ts";
import { addresses, writeLetters } from "../support/mail/write-letters.ts";

/** The server is killed by the mail server, at the very moment at which that says 250. */
export const mailKills: Part = {
  name: "mail-kills",
  about: "SIGKILL of the server between the mail server's 250 and the note of it",
  whole: 500,
  short: 4,
  run,
};

/** Letters that a life delivers at most before its end. */
const longestLife = 8;
/** ms: what a killed server held is taken over after 15 s, and then everything goes out. */
const patience = 300_000;

async function run(bench: Bench): Promise<Finding> {
  const server = await startMoodyMailServer();
  const fleet = await openFleet({ folder: bench.folder, database: { kind: "sqlite" }, nodes: 1, smtpUrl: server.url });
  try {
    // Enough that some are always due, whatever those hold that were killed in the last 15 seconds.
    const written = await prepare(bench, bench.count * longestLife + 200);
    const noted = new Set<Taken>();
    let between = 0;
    for (let kill = 0; kill < bench.count; kill++) {
      const life = await liveAndDie(fleet, server, 1 + Math.floor(bench.random() * longestLife));
      const sent = sentOf(bench.folder);
      for (const letter of life) if (sent.has(letter.id)) noted.add(letter);
      const last = life.findLast((letter) => letter.told);
      if (last && !noted.has(last)) between += 1;
      if (kill % 50 === 49) bench.say(`${kill + 1} kills, ${between} of them before the note`);
    }
    await fleet.start(0);
    const left = await untilSent(bench.folder, written.length);
    return findingOf(bench, { written, server, noted, between, left });
  } finally {
    await fleet.close();
    await server.close();
  }
}

async function prepare(bench: Bench, letters: number): Promise<string[]> {
  const store = await openDatabase({ folder: bench.folder, database: { kind: "sqlite" } });
  try {
    await store.migrate();
    await furnish(store, benchSecrets, { services: 0, accounts: 1 });
    return await writeLetters(benchContext(store), addresses(letters));
  } finally {
    await store.close();
  }
}

/** Starts the server, which is killed as soon as it has been told of so many letters; gives all that were taken from it. */
async function liveAndDie(fleet: Fleet, server: MoodyMailServer, letters: number): Promise<Taken[]> {
  const before = server.taken.length;
  const [ready, dead] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let told = 0;
  server.onTold = () => {
    if (++told !== letters) return;
    process.kill(fleet.pid(0), "SIGKILL");
    dead.resolve();
  };
  // The outbox begins before the node is known to be ready, and only then it can be killed.
  server.onRecipient = async () => {
    await ready.promise;
    return "250 ok";
  };
  await fleet.start(0);
  ready.resolve();
  await inTime(dead.promise);
  await fleet.kill(0);
  server.onTold = () => {};
  return server.taken.slice(before);
}

async function inTime(dead: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no letters came for ${patience / 1000} s`)), patience);
  await Promise.race([dead, late.promise]).finally(() => clearTimeout(timer));
}

/** The letters that are noted as sent, read from the file while nobody runs. */
function sentOf(folder: string): Set<string> {
  return inspect(
    folder,
    (db) =>
      new Set(
        db
          .prepare("select id from outbox where state = 'sent'")
          .all()
          .map((row) => String(row["id"])),
      ),
  );
}

async function untilSent(folder: string, letters: number): Promise<number> {
  const until = performance.now() + patience;
  for (;;) {
    const left = letters - sentOf(folder).size;
    if (left === 0 || performance.now() > until) return left;
    await sleep(500);
  }
}

function inspect<T>(folder: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(folder, "handover.db"), { readOnly: true, timeout: 10_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

type Story = { written: string[]; server: MoodyMailServer; noted: Set<Taken>; between: number; left: number };

function findingOf(bench: Bench, { written, server, noted, between, left }: Story): Finding {
  const result = judgeLetters(written, server.taken, (letter) => !noted.has(letter));
  const faults = faultsOf(result);
  if (left > 0) faults.push(`${left} letters were left ${patience / 1000} s after the last start`);
  if (between < bench.count / 2) faults.push(`only ${between} of ${bench.count} kills came before the note: the part does not try what it should`);
  return {
    tried: `${grouped(bench.count)} kills at a 250, ${grouped(between)} of them before its note; ${grouped(written.length)} letters`,
    zeros: { writesLost: 0, movedWithoutConsent: 0, codesUsedTwice: 0, mailsLost: result.lost.length, mailsMadeUp: result.madeUp.length },
    faults,
    measured: `${grouped(result.repeated)} letters came twice, each with the same Message-ID after a 250 that was never noted`,
  };
}
