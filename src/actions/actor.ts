import type { Actor } from "../context.ts";

/** How the audit log names an actor. */
export function signatureOf(actor: Actor): { actor: string; source: string } {
  if (actor.kind === "account") return { actor: actor.handle, source: actor.source };
  return actor.kind === "operator" ? { actor: "operator", source: actor.source } : { actor: "system", source: "" };
}
