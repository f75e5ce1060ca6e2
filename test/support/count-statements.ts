import type { KyselyPlugin } from "kysely";
import type { Context } from "../../src/context.ts";

/** Counts the statements of whatever it is plugged into. */
export function statementCounter(): { plugin: KyselyPlugin; count: () => number } {
  let statements = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  return { plugin, count: () => statements };
}

/** A context that counts the statements it reads with. */
export function countStatements(context: Context): { context: Context; count: () => number } {
  const { plugin, count } = statementCounter();
  const read = context.store.read.withPlugin(plugin);
  const store = new Proxy(context.store, { get: (real, name) => (name === "read" ? read : Reflect.get(real, name, real)) as unknown });
  return { context: { ...context, store }, count };
}
