import { createInterface } from "node:readline";

/** By what a client signs; a consumer key is missing while there is none. */
export type Key = { appKey: string; appSecret: string; consumerKey?: string } | { clientID: string; clientSecret: string; tokenURL: string };

/** What a client is told to do: ask for a consumer key with these rules, or call. `batch`: the sign between the values of its path. */
export type Order = { id: number; key: Key } & ({ ask: string[] } | { method: string; path: string; body?: Record<string, unknown>; batch?: string });

/** What the client makes of an error. */
export type Failure = { status: number; message: string; code?: string };

/** A consumer key that nobody has agreed to yet. `pending`: what a call with it gives. */
export type Asked = { consumerKey: string; validationUrl: string; pending: Failure };

/** Reads orders, one JSON on each line, carries them out side by side, and prints what came of each. `tell`: reads the error of the client library. */
export function answerOrders(carryOut: (order: Order) => Promise<unknown>, tell: (error: unknown) => Failure): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const order = JSON.parse(line) as Order;
    carryOut(order).then(
      (value) => print({ id: order.id, value: value ?? null }),
      (error: unknown) => print({ id: order.id, error: tell(error) }),
    );
  });
}

function print(answer: { id: number; value?: unknown; error?: Failure }): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
