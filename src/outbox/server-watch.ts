import type { Outcome } from "../mail/transport.ts";

/** As often (ms) a server that is away is tried with one letter. */
export const probeEvery = 15_000;

/** Letters in a row that came to no answer: so many, and it is not the letters. */
const mostUnanswered = 5;

/**
 * Whether the mail server is there, as this process has seen it: while it is away one letter now and then asks whether it is back, and the
 * others keep their turn. Nothing of it is kept: another process, or this one after a restart, finds out by itself.
 */
export class ServerWatch {
  #unanswered = 0;
  #askedAt = 0;

  get away(): boolean {
    return this.#unanswered >= mostUnanswered;
  }

  /** Notes what became of a delivery. `now`: ms since 1970. */
  heard(outcome: Outcome, now: number): void {
    this.#unanswered = outcome.kind === "later" && outcome.trouble ? this.#unanswered + 1 : 0;
    this.#askedAt = now;
  }

  /** Whether it is time to ask again; a clock that was set back does not put it off. */
  mayAsk(now: number): boolean {
    return Math.abs(now - this.#askedAt) >= probeEvery;
  }
}
