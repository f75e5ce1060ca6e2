/** Rounds of the event loop that answers wait for callers who still come in, one in each: some 2 ms. */
const mostRounds = 64;

/**
 * Answers together what came in one turn of the event loop: answered while the others are still read, a short request takes a tenth longer. Node lets in
 * one connection in each turn; while they come they are let in first, since the last of many who come at once would else wait through all turns before.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #hasCome = false;
  #rounds = 0;

  /** Somebody has been let in: there may be more. */
  came(): void {
    this.#hasCome = true;
  }

  answer(answer: () => void): void {
    this.#waiting.push(answer);
    if (this.#waiting.length === 1) this.#next(0);
  }

  #next(rounds: number): void {
    this.#rounds = rounds;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    const more = this.#hasCome && this.#rounds < mostRounds;
    this.#hasCome = false;
    if (more) return this.#next(this.#rounds + 1);
    // One after another: each goes as far as it can before the next begins.
    for (const answer of this.#waiting.splice(0)) setImmediate(answer);
  }
}
