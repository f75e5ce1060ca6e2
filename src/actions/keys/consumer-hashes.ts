import type { Context } from "../../context.ts";

/** So many keys are remembered: each takes two hundred bytes. */
const mostKept = 10_000;

const kept = new WeakMap<Context["secrets"], Map<string, readonly string[]>>();

/** The hashes by which a consumer key is looked up. They depend on nothing but the key: whether it still counts, its row says at every call. */
export function hashesOf(secrets: Context["secrets"], consumer: string): readonly string[] {
  return kept.get(secrets)?.get(consumer) ?? secrets.hashes("api", consumer);
}

/** Remembers them of a key that has signed a call: whoever makes up keys fills no memory. */
export function keepHashes(secrets: Context["secrets"], consumer: string, hashes: readonly string[]): void {
  const known = kept.get(secrets) ?? new Map<string, readonly string[]>();
  kept.set(secrets, known);
  if (known.get(consumer) === hashes) return;
  if (known.size >= mostKept) known.clear();
  known.set(consumer, hashes);
}
