import type { KyselyPlugin } from "kysely";
import type { Context } from "../../src/context.ts";

/** A context that counts the statements it reads with. */
export function countStatements(context: Context): { context: Context; count(): number } {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  const read = context.store.read.withPlugin(counter);
  const store = new Proxy(context.store, { get: (real, name) => (name === "read" ? read : Reflect.get(real, name, real)) as unknown });
  return { context: { ...context, store }, count: () => statements };
}
