/** ms for which an answer waits at most for callers who still come in: by the clock, since some turns are long. */
const longestWait = 5;

/**
 * Answers together what came in one turn of the event loop: answered while the others are still read, a short request takes a tenth longer. Node lets in
 * one connection in each turn; while they come they are let in first, since the last of many who come at once would else wait through all turns before.
 */
export class Turns {
  #coming = 0;

  /** Somebody has been let in: what he asks for is read in the next turn, in which there may be another. */
  came(): void {
    this.#coming += 1;
    setImmediate(() => setImmediate(() => (this.#coming -= 1)));
  }

  answer(answer: () => void, until = performance.now() + longestWait): void {
    setImmediate(() => {
      if (this.#coming > 0 && performance.now() < until) this.answer(answer, until);
      else answer();
    });
  }
}
