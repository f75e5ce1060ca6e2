/** ms after which an answer of the database shows that it was away meanwhile. */
const longest = 5000;

/**
 * Whether the database has been there all the time lately, as this worker has seen it. While it was away nobody could renew a claim or note a
 * delivery: claims that have run out say nothing about their workers until these have had the time to come back to it.
 */
export class StoreWatch {
  readonly #grace: number;
  #troubledAt = Number.NEGATIVE_INFINITY;

  /** `grace`: ms that the others get. */
  constructor(grace: number) {
    this.#grace = grace;
  }

  /** By a clock that nobody sets: a new primary may have another time. */
  get steady(): boolean {
    return performance.now() - this.#troubledAt >= this.#grace;
  }

  troubled(): void {
    this.#troubledAt = performance.now();
  }

  /** Asks the database, and notes how that went. */
  async during<T>(ask: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      const answer = await ask();
      if (performance.now() - began > longest) this.troubled();
      return answer;
    } catch (error) {
      this.troubled();
      throw error;
    }
  }
}
