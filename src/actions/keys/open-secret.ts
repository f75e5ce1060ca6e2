import type { Context } from "../../context.ts";

/** So many secrets are kept open: each is a hundred bytes or two. */
const mostKept = 10_000;

const kept = new WeakMap<Context["secrets"], Map<string, string>>();

/**
 * A sealed secret of an application or a key, opened once while it is in use. What was sealed never changes, and whether it still counts is not asked here:
 * its row is read at every call.
 */
export function openSecret(secrets: Context["secrets"], sealed: string, bound: string): string | undefined {
  const known = kept.get(secrets) ?? new Map<string, string>();
  kept.set(secrets, known);
  const name = `${bound} ${sealed}`;
  const text = known.get(name) ?? secrets.open("api", sealed, bound);
  if (text === undefined) return undefined;
  if (known.size >= mostKept) known.clear();
  known.set(name, text);
  return text;
}
