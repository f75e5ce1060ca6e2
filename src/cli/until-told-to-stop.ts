const signals = ["SIGINT", "SIGTERM"] as const;

/** ms in which the same signal counts once: npm hands on what the terminal has sent already. */
const echo = 500;

/** Settles with the first SIGINT or SIGTERM. A second one, if it is no echo, ends the process at once. */
export function untilToldToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const listener = (signal: NodeJS.Signals): void => {
      resolve(signal);
      setTimeout(() => {
        for (const one of signals) process.off(one, listener);
      }, echo).unref();
    };
    for (const signal of signals) process.on(signal, listener);
  });
}
