import { secretsFrom } from "../../src/auth/secrets.ts";
import type { Context } from "../../src/context.ts";
import { openBeside } from "./each-store.ts";
import type { World } from "./world.ts";

/** The nodes of a system, which share nothing but the database and the clock; `next` gives them in turn, as a round-robin proxy does. */
export interface Nodes {
  readonly contexts: readonly Context[];
  /** Closes all but the world's own. */
  readonly close: () => Promise<void>;
}

/** Three on PostgreSQL, the world's own the first; the one there can be on SQLite. */
export async function openNodes({ context, store, clock }: World): Promise<Nodes> {
  const others = [await openBeside(store, clock.now), await openBeside(store, clock.now)].filter((one) => one !== undefined);
  const contexts = [context, ...others.map((other) => ({ ...context, store: other, secrets: secretsFrom(context.settings.secrets) }))];
  return {
    contexts,
    close: async () => {
      for (const other of others) await other.close();
    },
  };
}

/** Gives these in turn. */
export function inTurn<T>(all: readonly T[]): () => T {
  let turn = 0;
  return () => {
    const one = all[turn++ % all.length];
    if (one === undefined) throw new Error("there is nobody whose turn it could be");
    return one;
  };
}
