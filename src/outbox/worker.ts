import type { Context } from "../context.ts";
import type { Outcome, Transport } from "../mail/transport.ts";
import { StoreUnavailable, type Transaction } from "../storage/store.ts";
import { tellWhenBack } from "../storage/tell-when-back.ts";
import { claimLetters, claimTime, type OutboxRow, renewClaims, somethingDue } from "./claim-letters.ts";
import { deliverLetter } from "./deliver-letter.ts";
import { lockFreeLetters } from "./lock-letters.ts";
import { noLongerThan } from "./no-longer-than.ts";
import { type Place, Places } from "./places.ts";
import { ServerWatch } from "./server-watch.ts";
import { type Delivered, hasFailed, settleDeliveries } from "./settle-deliveries.ts";
import { StoreWatch } from "./store-watch.ts";

export interface Outbox {
  /** Letters may have come: looks at once instead of at the next second. */
  wake(): void;
  /** Takes nothing more and waits for what is under way, at most `patience` ms, and then a moment for the last notes; what is cut off is tried again later. */
  stop(patience?: number): Promise<void>;
}

/**
 * Delivers what waits in the outbox until it is stopped. Several workers, in this process or in others, share the work. `grace`: ms that the others
 * get, after the database was away, to note what they have delivered, before their letters are taken over.
 */
export function startOutbox(context: Context, transport: Transport, grace = claimTime): Outbox {
  return new Worker(context, transport, grace);
}

/** ms between two complaints about the database. */
const tellEvery = 30_000;
/** ms between looks, for what nobody tells of: letters of other processes, and those whose pause is over. */
const lookEvery = 1000;
/** Every so many looks letters are claimed without a look before: the look goes by this machine's clock, the claim by the database's. */
const blindlyEach = 30;
/** ms for which a call to wake up may wait for others. */
const gather = 5;
/** ms for which a delivery that is done may wait for the others under way: a round costs hardly more for twenty letters than for one. */
const gatherDone = 25;
/** Or until so many are done for each that is still under way: it may be slow, and only be known as that later. */
const mostlyDone = 4;
/** ms after which a delivery is slow, if no others have shown it before. */
const slowAfter = 250;
/** ms from which a claim is renewed; one that is known only so late is not begun before. */
const renewAfter = claimTime / 3;
/** ms by which our clock and the database's may differ: beyond it one of them has been set, and no claim has run out for certain. */
const mostSkew = claimTime / 3;
/** ms for the last notes, once the transport is closed. */
const lastNotes = 2000;
/** `claimedAt`: by our clock (ms since 1970), before the claim was written or renewed: whatever the two clocks say, it is no younger. */
type Claim = { readonly row: OutboxRow; claimedAt: number };
type Delivery = Claim & { readonly place: Place; done: Promise<void> };

class Worker implements Outbox {
  readonly #context: Context;
  readonly #transport: Transport;
  readonly #looks: NodeJS.Timeout;
  readonly #underWay = new Set<Delivery>();
  readonly #delivered: Delivered[] = [];
  /** Claimed so long before that was known (its commit was in doubt) that another may have it: begun only when the claim has been renewed. */
  readonly #late = new Set<Claim>();
  readonly #places = new Places();
  readonly #server = new ServerWatch();
  readonly #database: StoreWatch;
  #looked = 0;
  #soon: NodeJS.Timeout | undefined;
  #rounds: Promise<void> | undefined;
  #again = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #stopping = false;
  #closed = false;

  constructor(context: Context, transport: Transport, grace: number) {
    this.#database = new StoreWatch(grace);
    this.#context = context;
    this.#transport = transport;
    this.#looks = setInterval(() => void this.#look(), lookEvery).unref();
    this.wake();
  }

  wake(): void {
    if (!this.#stopping) this.#runWithin(gather);
  }

  async stop(patience = 8000): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looks);
    this.#run();
    await noLongerThan(patience, this.#idle());
    this.#closed = true;
    this.#transport.close();
    await noLongerThan(lastNotes, this.#idle());
  }

  /** Until nothing is under way and all is noted, as far as it could be. */
  async #idle(): Promise<void> {
    while (this.#rounds || this.#underWay.size > 0) {
      await this.#rounds;
      await Promise.all([...this.#underWay].map((delivery) => delivery.done));
    }
  }

  async #look(): Promise<void> {
    try {
      const blindly = ++this.#looked % blindlyEach === 0;
      const { store, clock } = this.#context;
      const due = (): Promise<boolean> => somethingDue(store, clock(), { abandoned: this.#database.steady });
      if (blindly || this.#delivered.length > 0 || this.#ageing().length > 0 || (await this.#database.during(due))) this.wake();
    } catch (error) {
      this.#tellTrouble(error, "cannot look into the outbox");
    }
  }

  /** Every second the same of a database that is away would bury all else: once in half a minute. */
  #tellTrouble(error: unknown, what: string): void {
    const now = performance.now();
    if (now - this.#toldAt < tellEvery) return;
    this.#toldAt = now;
    const passes = error instanceof StoreUnavailable;
    if (passes) tellWhenBack(this.#context);
    this.#context.log[passes ? "warn" : "error"]({ err: error }, what);
  }

  /** A round for all that comes within so many ms. */
  #runWithin(patience: number): void {
    this.#soon ??= setTimeout(() => this.#run(), patience);
  }

  /** One round at a time; who asks for one meanwhile gets another after it. */
  #run(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#again = true;
    this.#rounds ??= this.#runRounds();
  }

  async #runRounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#round();
      } catch (error) {
        this.#tellTrouble(error, "cannot note deliveries or claim letters");
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
    const { at, claimed, noted, renewed, kept } = await this.#database.during(() =>
      this.#context.store.write(async (tx) => {
        const free = await lockFreeLetters(
          tx,
          [...delivered, ...ageing].map(({ row }) => row.id),
        );
        // What somebody holds is noted when he lets go: the others do not wait for it.
        const [noted, renewed] = [delivered.filter(({ row }) => free.has(row.id)), ageing.filter(({ row }) => free.has(row.id))];
        const at = this.#context.clock();
        // After the locks; none of what follows waits for anything, so one look at the clock is enough.
        const now = await tx.now();
        await settleDeliveries(tx, noted, now);
        const kept = await renewClaims(
          tx,
          renewed.map(({ row }) => row),
          now,
        );
        return { at, claimed: await this.#claim(tx, room, now), noted, renewed, kept };
      }),
    );
    for (const one of noted) this.#delivered.splice(this.#delivered.indexOf(one), 1);
    for (const claim of renewed) this.#renewed(claim, kept.has(claim.row.id) ? at : undefined);
    for (const one of noted) this.#tell(one);
    for (const row of claimed) this.#begin({ row, claimedAt: at });
  }

  /** Letters of others that seem to be gone only where that is certain. */
  async #claim(tx: Transaction, room: number, now: number): Promise<OutboxRow[]> {
    if (room === 0) return [];
    if (Math.abs(now - this.#context.clock()) > mostSkew) this.#database.troubled();
    const ours = [...this.#underWay, ...this.#late, ...this.#delivered].map(({ row }) => row.id);
    return claimLetters(tx, room, now, { abandoned: this.#database.steady, except: ours });
  }

  /** `at`: since when it holds again; undefined: another has taken the letter over, or it was dropped. */
  #renewed(claim: Claim, at: number | undefined): void {
    const waited = this.#late.delete(claim);
    if (at === undefined) {
      for (const delivery of this.#underWay) if (delivery === claim) delivery.place.aside.abort();
      return;
    }
    claim.claimedAt = at;
    if (waited) this.#begin(claim);
  }

  /** Claims that must be renewed, because a delivery takes long or has not begun; a clock that was set back does not put it off. */
  #ageing(): Claim[] {
    return [...this.#underWay, ...this.#late].filter((claim) => this.#isAgeing(claim));
  }

  #isAgeing({ claimedAt }: Claim): boolean {
    return Math.abs(this.#context.clock() - claimedAt) > renewAfter;
  }

  #room(): number {
    if (!this.#server.away) return Math.max(0, this.#places.free - this.#late.size);
    return this.#underWay.size + this.#late.size === 0 && this.#server.mayAsk(this.#context.clock()) ? 1 : 0;
  }

  /** A claim that is no longer fresh waits for the next round, which renews it or finds that another has the letter. */
  #begin(claim: Claim): void {
    if (this.#closed) return;
    if (this.#isAgeing(claim)) {
      this.#late.add(claim);
      this.#run();
      return;
    }
    const place = this.#places.take();
    const slow = setTimeout(() => {
      place.slow = true;
      this.#runWithin(gather);
    }, slowAfter);
    const delivery: Delivery = { ...claim, place, done: Promise.resolve() };
    delivery.done = deliverLetter(this.#context, this.#transport, claim.row, place.aside.signal).then((outcome) => {
      clearTimeout(slow);
      this.#watch(outcome, claim.row.recipient);
      this.#underWay.delete(delivery);
      this.#places.leave(place, outcome);
      this.#delivered.push({ row: claim.row, outcome, away: this.#server.away });
      if (this.#stopping || this.#delivered.length >= mostlyDone * this.#places.quick) this.#run();
      else this.#runWithin(gatherDone);
    });
    this.#underWay.add(delivery);
  }

  #watch(outcome: Outcome, recipient: string): void {
    // Put aside while others were taken, or never begun: no news of the server.
    if (outcome.kind === "later" && (outcome.trouble === "slow" || outcome.trouble === "sealed")) return;
    const wasAway = this.#server.away;
    this.#server.heard(outcome, recipient, this.#context.clock());
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
