import type { Actor } from "../context.ts";

/** How the audit log names an actor: a program's deed is its account's, and names the key. */
export function signatureOf(actor: Actor): { actor: string; source: string } {
  if (actor.kind === "account") return { actor: actor.handle, source: actor.key === undefined ? actor.source : `${actor.source} key ${actor.key}` };
  return actor.kind === "operator" ? { actor: "operator", source: actor.source } : { actor: "system", source: "" };
}
