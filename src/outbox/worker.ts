import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context.ts";
import { mostConnections, type Transport } from "../mail/transport.ts";
import { claimLetters, type OutboxRow, somethingDue } from "./claim-letters.ts";
import { deliverLetter } from "./deliver-letter.ts";

export interface Outbox {
  /** Letters may have come: looks at once instead of at the next second. */
  wake(): void;
  /** Takes nothing more and waits for what is under way, at most `patience` ms; what is cut off then is tried again later. */
  stop(patience?: number): Promise<void>;
}

/** Delivers what waits in the outbox until it is stopped. Several workers, in this process or in others, share the work. */
export function startOutbox(context: Context, transport: Transport): Outbox {
  return new Worker(context, transport);
}

/** ms between looks, for what nobody tells of: letters of other processes, and those whose pause is over. */
const lookEvery = 1000;
/** ms for which a call to wake up may wait for others. */
const gather = 5;
/** ms after which a delivery is slow. */
const slowAfter = 250;
/** Deliveries at once; slow ones get further places beside them, so that they do not hold the others up. */
const quickAtOnce = 8;

type Delivery = { slow: boolean; done: Promise<void> };

class Worker implements Outbox {
  readonly #context: Context;
  readonly #transport: Transport;
  readonly #looks: NodeJS.Timeout;
  readonly #underWay = new Set<Delivery>();
  #soon: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;
  #stopping = false;

  constructor(context: Context, transport: Transport) {
    this.#context = context;
    this.#transport = transport;
    this.#looks = setInterval(() => void this.#look(), lookEvery).unref();
    this.wake();
  }

  wake(): void {
    if (this.#stopping || this.#soon) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#start();
    }, gather);
  }

  async stop(patience = 10_000): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looks);
    clearTimeout(this.#soon);
    await this.#round;
    const all = Promise.all([...this.#underWay].map((delivery) => delivery.done));
    await Promise.race([all, sleep(patience, undefined, { ref: false })]);
    this.#transport.close();
    await all;
  }

  async #look(): Promise<void> {
    try {
      if (await somethingDue(this.#context.store, this.#context.clock())) this.wake();
    } catch (error) {
      this.#context.log.error({ err: error }, "cannot look into the outbox");
    }
  }

  /** One round at a time; who asks for one meanwhile gets another after it. */
  #start(): void {
    this.#again = true;
    this.#round ??= this.#rounds().finally(() => {
      this.#round = undefined;
    });
  }

  async #rounds(): Promise<void> {
    try {
      while (this.#again && !this.#stopping) {
        this.#again = false;
        await this.#claim();
      }
    } catch (error) {
      this.#context.log.error({ err: error }, "cannot claim letters");
    }
  }

  async #claim(): Promise<void> {
    const room = this.#room();
    if (room === 0) return;
    for (const row of await claimLetters(this.#context.store, room)) this.#begin(row);
  }

  #room(): number {
    const all = this.#underWay.size;
    const quick = [...this.#underWay].filter((delivery) => !delivery.slow).length;
    return Math.max(0, Math.min(quickAtOnce - quick, mostConnections - all));
  }

  /** Whenever a place becomes free, the next letters are looked for. */
  #begin(row: OutboxRow): void {
    const delivery: Delivery = { slow: false, done: Promise.resolve() };
    const slow = setTimeout(() => {
      delivery.slow = true;
      this.wake();
    }, slowAfter);
    delivery.done = deliverLetter(this.#context, this.#transport, row).finally(() => {
      clearTimeout(slow);
      this.#underWay.delete(delivery);
      this.wake();
    });
    this.#underWay.add(delivery);
  }
}
