import type { Context } from "../context.ts";
import { StoreInDoubt, StoreUnavailable } from "../storage/store.ts";
import { tellWhenBack } from "../storage/tell-when-back.ts";

/** ms between two lines of one kind: at an outage every request fails, and the lines must not fill the disk. */
const pause = 30_000;

/** By log, of which a process has one: when each kind was told last, and how often it has come since. */
const told = new WeakMap<Context["log"], Map<string, { at: number; since: number }>>();

/** Whether the database went away over this; then it is logged, each kind at most once in half a minute, and once more when it is back. */
export function noteDatabaseTrouble({ log, store }: Pick<Context, "log" | "store">, error: unknown, call: Call): Trouble | undefined {
  if (!(error instanceof StoreUnavailable)) return undefined;
  note({ log, store }, error, call);
  return error instanceof StoreInDoubt ? "in-doubt" : "unavailable";
}

/** The number under which it is told, or what the system itself was doing. */
type Call = { queryId: string } | { requestId: string } | { doing: string };

/** What the caller may know: it was not done, or nobody knows. */
export type Trouble = "unavailable" | "in-doubt";

function note({ log, store }: Pick<Context, "log" | "store">, error: StoreUnavailable, call: Call): void {
  const kinds = told.get(log) ?? new Map<string, { at: number; since: number }>();
  told.set(log, kinds);
  const kind = kindOf(error);
  const last = kinds.get(kind);
  const now = performance.now();
  if (last && now - last.at < pause) {
    last.since++;
    return;
  }
  kinds.set(kind, { at: now, since: 0 });
  log.warn({ err: error, ...call, alsoSinceLastTold: last?.since }, "the database could not be used");
  tellWhenBack({ log, store });
}

/** What it was, and the database's or Node's code for why: of both there are few. */
function kindOf(error: StoreUnavailable): string {
  const { cause } = error;
  return `${error.name} ${cause instanceof Error && "code" in cause ? String(cause.code) : ""}`;
}
