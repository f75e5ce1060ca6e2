import { type RefusalDetail, refuse } from "../domain/refusal.ts";

/** What a transaction returns when a refusal must not undo what it wrote (a counted wrong code, say). */
export type Outcome<T> = { ok: T } | { refused: RefusalDetail };

/** After the commit: the result, or the refusal thrown. */
export function settle<T>(outcome: Outcome<T>): T {
  return "refused" in outcome ? refuse(outcome.refused) : outcome.ok;
}
