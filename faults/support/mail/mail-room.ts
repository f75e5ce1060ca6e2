import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../../src/context.ts";
import { createTransport } from "../../../src/mail/transport.ts";
import { claimTime } from "../../../src/outbox/claim-letters.ts";
import { startOutbox } from "../../../src/outbox/worker.ts";
import { createWorld } from "../../../test/support/world.ts";
import { benchSecrets, furnish } from "../furnish.ts";
import { type MoodyMailServer, startMoodyMailServer } from "./moody-mail-server.ts";

/** Two workers as in two nodes, on one database, with a mail server; the clock runs as usual, and can be moved on. */
export interface MailRoom {
  readonly context: Context;
  readonly server: MoodyMailServer;
  /** The room's clock, ms. */
  now(): number;
  /** Lets time pass: as fast as the workers can renew what they hold. */
  pass(ms: number): Promise<void>;
  /** How many letters are in each state. */
  states(): Promise<Record<string, number>>;
  /** Resolves when no letter waits; time passes quickly whenever nothing is under way. False: `patience` (ms of the room's clock) was over before. */
  untilDone(patience: number): Promise<boolean>;
  close(): Promise<void>;
}

/** The transport's waits (ms): a fortieth of the usual ones. */
const waits = { connectionTimeout: 250, greetingTimeout: 250, socketTimeout: 1500 };

/** One move of the clock: well below a claim's time, so that no claim lapses by it. */
const step = claimTime / 5;

export async function openMailRoom(): Promise<MailRoom> {
  const server = await startMoodyMailServer();
  const world = await createWorld({ smtpUrl: server.url });
  await furnish(world.store, benchSecrets, { services: 0, accounts: 1 });
  let seen = performance.now();
  const running = setInterval(() => {
    world.clock.advance(Math.floor(performance.now() - seen));
    seen += Math.floor(performance.now() - seen);
  }, 5);
  const outboxes = [1, 2].map(() => startOutbox(world.context, createTransport(world.settings, waits)));
  const wake = (): void => {
    for (const outbox of outboxes) outbox.wake();
  };

  const count = async (states: readonly ("waiting" | "sending")[]): Promise<number> => {
    const { letters } = await world.store.read
      .selectFrom("outbox")
      .select((row) => row.fn.countAll<number>().as("letters"))
      .where("state", "in", states)
      .executeTakeFirstOrThrow();
    return letters;
  };

  /** The claim that ends first, or undefined where nothing is under way. */
  const firstClaimEnds = async (): Promise<number | undefined> => {
    const held = world.store.read.selectFrom("outbox").select("claimed_until").where("state", "=", "sending").orderBy("claimed_until").limit(1);
    return (await held.executeTakeFirst())?.claimed_until ?? undefined;
  };

  const move = async (ms: number): Promise<void> => {
    for (;;) {
      const ends = await firstClaimEnds();
      if (ends === undefined || ends > world.clock.now() + ms + step) break;
      wake();
      await sleep(5);
    }
    world.clock.advance(ms);
    wake();
    await sleep(10);
  };

  return {
    context: world.context,
    server,
    now: world.clock.now,
    pass: async (ms) => {
      const until = world.clock.now() + ms;
      while (world.clock.now() < until) await move(Math.min((await firstClaimEnds()) === undefined ? 4 * step : step, until - world.clock.now()));
    },
    states: async () => {
      const rows = await world.store.read
        .selectFrom("outbox")
        .select(["state", (row) => row.fn.countAll<number>().as("letters")])
        .groupBy("state")
        .execute();
      return Object.fromEntries(rows.map(({ state, letters }) => [state, letters]));
    },
    untilDone: async (patience) => {
      const until = world.clock.now() + patience;
      while ((await count(["waiting", "sending"])) > 0) {
        if (world.clock.now() > until) return false;
        if ((await count(["sending"])) > 0) await sleep(5);
        else await move(step);
      }
      return true;
    },
    close: async () => {
      clearInterval(running);
      await Promise.all(outboxes.map((outbox) => outbox.stop(1000)));
      await server.close();
      await world.close();
    },
  };
}
