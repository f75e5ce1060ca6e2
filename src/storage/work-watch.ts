/** ms. Work that awaits SQL only never sees a timer fire; what awaits anything else must not hold up everybody for ever. */
const longestWork = 5_000;

/** How a piece of work ended. */
export type End = { failed: false; value: unknown; error?: undefined } | { failed: true; error: unknown; value?: undefined };

/** Waits for one piece of work after another, for some seconds each. One timer serves them all: one for each would cost more than its share of the commit. */
export class WorkWatch {
  #giveUp: () => void = () => {};
  readonly #timer = setTimeout(() => this.#giveUp(), longestWork);

  /** Never rejects. */
  settle(work: () => Promise<unknown>): Promise<End> {
    return new Promise((resolve) => {
      this.#giveUp = () => resolve({ failed: true, error: new Error(overtime) });
      this.#timer.refresh();
      void endOf(work).then(resolve);
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

const overtime = `the work of a transaction took more than ${longestWork} ms: nothing but SQL may be awaited in it`;

async function endOf(work: () => Promise<unknown>): Promise<End> {
  try {
    return { failed: false, value: await work() };
  } catch (error) {
    return { failed: true, error };
  }
}
