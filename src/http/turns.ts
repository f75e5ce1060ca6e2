/** ms for which answers wait at most for callers who still come in. */
const longestWait = 5;

/**
 * Answers together what came in one turn of the event loop: answered while the others are still read, a short request takes a tenth longer. Node lets in
 * one connection in each turn; while they come they are let in first, since the last of many who come at once would else wait through all turns before.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #hasCome = false;

  /** Somebody has been let in: there may be more. */
  came(): void {
    this.#hasCome = true;
  }

  answer(answer: () => void): void {
    this.#waiting.push(answer);
    if (this.#waiting.length === 1) this.#next(performance.now() + longestWait);
  }

  /** `until`: by the clock, not in turns: some of them are long. */
  #next(until: number): void {
    setImmediate(() => this.#turn(until));
  }

  #turn(until: number): void {
    const more = this.#hasCome && performance.now() < until;
    this.#hasCome = false;
    if (more) return this.#next(until);
    // One after another: each goes as far as it can before the next begins.
    for (const answer of this.#waiting.splice(0)) setImmediate(answer);
  }
}
