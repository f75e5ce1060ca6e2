/** Nobody more can wait: the caller should try again a little later. */
export class TooManyWaiting extends Error {
  override readonly name = "TooManyWaiting";
}

/** Runs dear work in turns: `atOnce` at a time, the others wait in order; beyond `atMostWaiting` it throws TooManyWaiting. */
export function turns(atOnce: number, atMostWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < atOnce) running += 1;
    else {
      if (waiting.length >= atMostWaiting) throw new TooManyWaiting("too many are waiting");
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place goes to the next in line without being given up, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
