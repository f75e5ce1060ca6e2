import type { Outcome } from "../mail/transport.ts";

/** As often (ms) a server that is away is tried with one letter. */
export const probeEvery = 15_000;

/** As often (ms) one that goes on refusing our login: many lock it for who asks too often. */
export const loginEvery = 5 * 60_000;

/** So many letters in a row came to no answer: it is not the letters. */
const mostUnanswered = 5;

/** Or the server could not be asked for so long (ms), be there one letter only. */
const longestUnreached = 60_000;

/**
 * Whether the mail server is there, as this process has seen it: while it is away one letter now and then asks whether it is back, and the
 * others keep their turn. Nothing of it is kept: another process, or this one after a restart, finds out by itself.
 */
export class ServerWatch {
  readonly #unanswered = new Set<string>();
  #unreachedSince: number | undefined;
  #unreachedFor = 0;
  #loginRefused = false;
  #askedAt = 0;

  /** A login that is refused is refused for every letter. */
  get away(): boolean {
    return this.#loginRefused || this.#manyUnanswered || this.#unreachedFor >= longestUnreached;
  }

  get #manyUnanswered(): boolean {
    return this.#unanswered.size >= mostUnanswered;
  }

  /**
   * Notes what became of a delivery. Talks that broke off over a recipient count once for each domain: where the server waits for the mail server of the
   * recipient, somebody with a silent one would else hold up everybody's letters. `now`: ms since 1970.
   */
  heard(outcome: Outcome, recipient: string, now: number): void {
    this.#askedAt = now;
    const trouble = outcome.kind === "later" ? outcome.trouble : undefined;
    if (!trouble) return this.#answered();
    this.#loginRefused = trouble === "login";
    if (trouble === "connection") return void this.#unanswered.add(domainOf(recipient));
    this.#unanswered.add(`#${this.#unanswered.size}`);
    this.#unreachedSince ??= now;
    this.#unreachedFor = Math.abs(now - this.#unreachedSince);
  }

  #answered(): void {
    this.#unanswered.clear();
    this.#unreachedSince = undefined;
    this.#unreachedFor = 0;
    this.#loginRefused = false;
  }

  /** Whether it is time to ask again; a clock that was set back does not put it off. */
  mayAsk(now: number): boolean {
    return Math.abs(now - this.#askedAt) >= (this.#loginRefused && this.#manyUnanswered ? loginEvery : probeEvery);
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
