import type { Outcome } from "../mail/transport.ts";

/** As often (ms) a server that is away is tried with one letter. */
export const probeEvery = 15_000;

/** So many letters in a row came to no answer: it is not the letters. */
const mostUnanswered = 5;

/**
 * Whether the mail server is there, as this process has seen it: while it is away one letter now and then asks whether it is back, and the
 * others keep their turn. Nothing of it is kept: another process, or this one after a restart, finds out by itself.
 */
export class ServerWatch {
  readonly #unanswered = new Set<string>();
  #askedAt = 0;

  get away(): boolean {
    return this.#unanswered.size >= mostUnanswered;
  }

  /**
   * Notes what became of a delivery. Talks that broke off over a recipient count once for each domain: where the server waits for the mail server of the
   * recipient, somebody with a silent one would else hold up everybody's letters. `now`: ms since 1970.
   */
  heard(outcome: Outcome, recipient: string, now: number): void {
    if (outcome.kind === "later" && outcome.trouble) this.#unanswered.add(outcome.trouble === "server" ? `#${this.#unanswered.size}` : domainOf(recipient));
    else this.#unanswered.clear();
    this.#askedAt = now;
  }

  /** Whether it is time to ask again; a clock that was set back does not put it off. */
  mayAsk(now: number): boolean {
    return Math.abs(now - this.#askedAt) >= probeEvery;
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
