import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context.ts";
import { mostConnections, type Outcome, type Transport } from "../mail/transport.ts";
import { claimLetters, claimTime, type OutboxRow, renewClaims, somethingDue } from "./claim-letters.ts";
import { deliverLetter } from "./deliver-letter.ts";
import { lockFreeLetters } from "./lock-letters.ts";
import { ServerWatch } from "./server-watch.ts";
import { type Delivered, hasFailed, settleDelivery } from "./settle-delivery.ts";

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
/** Every so many looks letters are claimed without a look before: the look goes by this machine's clock, the claim by the database's. */
const blindlyEach = 30;
/** ms for which a call to wake up may wait for others. */
const gather = 5;
/** ms after which a delivery is slow, if no others have shown it before. */
const slowAfter = 250;
/** Deliveries at once; slow ones get further places beside them, so that they do not hold the others up. */
const quickAtOnce = 12;

/** `claimedAt`: ms since 1970; `number`: in the order of their beginnings; `overtaken`: how many that began later have been sent. */
type Delivery = { row: OutboxRow; claimedAt: number; number: number; overtaken: number; slow: boolean; aside: AbortController; done: Promise<void> };

class Worker implements Outbox {
  readonly #context: Context;
  readonly #transport: Transport;
  readonly #looks: NodeJS.Timeout;
  readonly #underWay = new Set<Delivery>();
  readonly #delivered: Delivered[] = [];
  readonly #server = new ServerWatch();
  #most = mostConnections;
  #looked = 0;
  #begun = 0;
  #soon: NodeJS.Timeout | undefined;
  #rounds: Promise<void> | undefined;
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
      this.#run();
    }, gather);
  }

  async stop(patience = 10_000): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looks);
    clearTimeout(this.#soon);
    await this.#rounds;
    const all = Promise.all([...this.#underWay].map((delivery) => delivery.done));
    await Promise.race([all, sleep(patience, undefined, { ref: false })]);
    this.#transport.close();
    await all;
    await this.#rounds;
  }

  async #look(): Promise<void> {
    try {
      const blindly = ++this.#looked % blindlyEach === 0;
      if (blindly || this.#delivered.length > 0 || this.#ageing().length > 0 || (await somethingDue(this.#context.store, this.#context.clock()))) this.wake();
    } catch (error) {
      this.#context.log.error({ err: error }, "cannot look into the outbox");
    }
  }

  /** One round at a time; who asks for one meanwhile gets another after it. */
  #run(): void {
    this.#again = true;
    this.#rounds ??= this.#runRounds();
  }

  async #runRounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#round();
      } catch (error) {
        this.#context.log.error({ err: error }, "cannot note deliveries or claim letters");
      }
    }
    // At once with the last look at #again: a call that came between the two would be lost.
    this.#rounds = undefined;
  }

  /** Notes what was delivered and takes what is due: one transaction, so that many letters share a commit. */
  async #round(): Promise<void> {
    const delivered = [...this.#delivered];
    const ageing = this.#ageing();
    const room = this.#stopping ? 0 : this.#room();
    if (delivered.length === 0 && ageing.length === 0 && room === 0) return;
    const { claimed, noted, renewed } = await this.#context.store.write(async (tx) => {
      const free = await lockFreeLetters(
        tx,
        [...delivered, ...ageing].map(({ row }) => row.id),
      );
      // What somebody holds is noted when he lets go: the others do not wait for it.
      const [noted, renewed] = [delivered.filter(({ row }) => free.has(row.id)), ageing.filter(({ row }) => free.has(row.id))];
      for (const one of noted) await settleDelivery(tx, one);
      await renewClaims(
        tx,
        renewed.map((delivery) => delivery.row),
      );
      return { claimed: await claimLetters(tx, room), noted, renewed };
    });
    for (const one of noted) this.#delivered.splice(this.#delivered.indexOf(one), 1);
    for (const delivery of renewed) delivery.claimedAt = this.#context.clock();
    for (const one of noted) this.#tell(one);
    for (const row of claimed) this.#begin(row);
  }

  /** Deliveries that take so long that their claims must be renewed; a clock that was set back does not put it off. */
  #ageing(): Delivery[] {
    return [...this.#underWay].filter((delivery) => Math.abs(this.#context.clock() - delivery.claimedAt) > claimTime / 3);
  }

  #room(): number {
    if (this.#server.away) return this.#underWay.size === 0 && this.#server.mayAsk(this.#context.clock()) ? 1 : 0;
    const all = this.#underWay.size;
    const quick = [...this.#underWay].filter((delivery) => !delivery.slow).length;
    return Math.max(0, Math.min(quickAtOnce - quick, Math.floor(this.#most) - all));
  }

  #begin(row: OutboxRow): void {
    const delivery: Delivery = {
      row,
      claimedAt: this.#context.clock(),
      number: ++this.#begun,
      overtaken: 0,
      slow: false,
      aside: new AbortController(),
      done: Promise.resolve(),
    };
    const slow = setTimeout(() => {
      delivery.slow = true;
      this.#run();
    }, slowAfter);
    delivery.done = deliverLetter(this.#context, this.#transport, row, delivery.aside.signal).then((outcome) => {
      clearTimeout(slow);
      this.#adapt(outcome);
      this.#watch(outcome);
      this.#underWay.delete(delivery);
      if (outcome.kind === "sent") this.#overtake(delivery.number);
      this.#delivered.push({ row, outcome });
      this.#run();
    });
    this.#underWay.add(delivery);
  }

  /** Slow is who is overtaken: on a busy machine, or far from the server, all take long. */
  #overtake(number: number): void {
    for (const delivery of this.#underWay) {
      if (delivery.number > number) continue;
      delivery.overtaken += 1;
      delivery.slow ||= delivery.overtaken >= quickAtOnce;
    }
    this.#makeRoom();
  }

  /** Slow recipients keep half of the places at most: of those that were overtaken by many, the last to come is put aside. */
  #makeRoom(): void {
    const slow = [...this.#underWay].filter((delivery) => delivery.slow && !delivery.aside.signal.aborted);
    if (slow.length > this.#most / 2) slow.findLast((delivery) => delivery.overtaken >= mostConnections)?.aside.abort();
  }

  /** A server that refuses connections gets fewer; one that takes letters may get one more. */
  #adapt(outcome: Outcome): void {
    if (outcome.kind === "sent") this.#most = Math.min(this.#most + 0.1, mostConnections);
    else if (outcome.kind === "later" && outcome.crowded) this.#most = Math.max(1, Math.floor(this.#underWay.size / 2));
  }

  #watch(outcome: Outcome): void {
    // Put aside while others were taken: no news of the server.
    if (outcome.kind === "later" && outcome.trouble === "slow") return;
    const wasAway = this.#server.away;
    this.#server.heard(outcome, this.#context.clock());
    if (this.#server.away === wasAway) return;
    if (wasAway) this.#context.log.info("the mail server is back");
    else this.#context.log.error({ reason: outcome.kind === "sent" ? undefined : outcome.reason }, "the mail server is away; letters wait for it");
  }

  #tell(delivered: Delivered): void {
    const { row, outcome } = delivered;
    const about = { mail: row.id, letter: row.letter, attempts: row.attempts };
    if (outcome.kind === "sent") this.#context.log.debug(about, "letter sent");
    else if (hasFailed(delivered)) this.#context.log.error({ ...about, reason: outcome.reason }, "letter failed for good; the operator can send it again");
    else this.#context.log.warn({ ...about, reason: outcome.reason }, "letter not delivered; tried again later");
  }
}
