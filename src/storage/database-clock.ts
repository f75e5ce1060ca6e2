import { sql } from "kysely";
import type { Store } from "./store.ts";

/** ms between two looks at the database's clock. */
const lookEvery = 10_000;

/** How much a machine's oscillator may be wrong, generously: an older measurement is worth less by this part of its age. */
const drift = 0.0005;

/** The time as the database has it, on a node whose own clock may be wrong or be set while it runs. */
export interface DatabaseClock {
  /** ms since 1970. */
  readonly now: () => number;
  stop(): void;
}

/**
 * Follows the clock of a shared database: asks it now and every ten seconds, and goes by the machine's monotonic clock in between, which nobody
 * sets. While the database is away it goes on from what it knows. Throws where the first question is not answered.
 */
export async function followDatabaseClock(read: Store["read"]): Promise<DatabaseClock> {
  const follower = new Follower(() => askTime(read));
  await follower.look();
  const looks = setInterval(() => void follower.look().catch(() => {}), lookEvery).unref();
  return { now: () => Math.floor(follower.now()), stop: () => clearInterval(looks) };
}

async function askTime(read: Store["read"]): Promise<number> {
  const { rows } = await sql<{ now: number }>`select extract(epoch from clock_timestamp())::float8 * 1000 as now`.execute(read);
  const [row] = rows;
  if (!row) throw new Error("the database did not tell the time");
  return row.now;
}

/** `offset`: the database's clock less our monotonic one; `error`: how far it may be from the truth; ms. */
type Measured = { offset: number; error: number; at: number };

/** Exported for its test, which owns both clocks. */
export class Follower {
  readonly #ask: () => Promise<number>;
  readonly #monotonic: () => number;
  #known: Measured | undefined;
  #looking: Promise<void> | undefined;

  constructor(ask: () => Promise<number>, monotonic: () => number = () => performance.now()) {
    this.#ask = ask;
    this.#monotonic = monotonic;
  }

  now(): number {
    return this.#monotonic() + (this.#known?.offset ?? 0);
  }

  /** One look at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#measure().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** The answer was made somewhere between question and arrival: the middle is wrong by half of that at most. */
  async #measure(): Promise<void> {
    const before = this.#monotonic();
    const theirs = await this.#ask();
    const at = this.#monotonic();
    const measured = { offset: theirs - (before + at) / 2, error: (at - before) / 2, at };
    if (isBetter(measured, this.#known)) this.#known = measured;
  }
}

/** An answer that was long under way tells less than what is known, unless it contradicts it: then the database's clock itself has changed. */
function isBetter(measured: Measured, known: Measured | undefined): boolean {
  if (!known) return true;
  const doubt = known.error + (measured.at - known.at) * drift;
  return measured.error <= doubt || Math.abs(measured.offset - known.offset) > measured.error + doubt;
}
