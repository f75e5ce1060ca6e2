import type { Context } from "../../src/context.ts";

/** A context that counts the transactions it writes with. */
export function countWrites(context: Context): { context: Context; count(): number } {
  let writes = 0;
  const write: Context["store"]["write"] = (work) => {
    writes += 1;
    return context.store.write(work);
  };
  const store = new Proxy(context.store, { get: (real, name) => (name === "write" ? write : Reflect.get(real, name, real)) as unknown });
  return { context: { ...context, store }, count: () => writes };
}
