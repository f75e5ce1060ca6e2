import { DatabaseError } from "pg";
import { StoreDamaged, StoreUnavailable } from "./store.ts";

/**
 * A fault of the database or of the way to it, and none of the statement. `connectionLost`: the connection is of no more use;
 * `again`: the transaction is gone for a reason that another try will hardly meet.
 */
export class PostgresFault extends StoreUnavailable {
  readonly connectionLost: boolean;
  readonly again: boolean;

  constructor(cause: unknown, { connectionLost, again }: { connectionLost: boolean; again: boolean }) {
    super("the database cannot be used at the moment", { cause });
    this.connectionLost = connectionLost;
    this.again = again;
  }
}

/** Serialization failure, deadlock. */
const conflicts = new Set(["40001", "40P01"]);

/** A prepared statement outlived its table ("cached plan must not change result type"), or a pooler in between has forgotten it. */
const stalePlans = new Set(["0A000", "26000"]);

/** Lock not available. */
const lockHeld = "55P03";

/** That, or statement timed out: somebody else holds what is needed. */
const waits = new Set([lockHeld, "57014"]);

/** Only reads: a standby, or a primary that was deposed. */
const onlyReads = "25006";

/** Classes of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection, resources, operator intervention, system, internal. */
const outside = new Set(["08", "53", "57", "58", "XX"]);

/** A page or an index is not what was written. */
const damaged = new Set(["XX001", "XX002"]);

/** Turns what is no fault of the statement into a PostgresFault, or StoreDamaged; everything else stays what it is. */
export function postgresError(error: unknown): unknown {
  if (error instanceof PostgresFault) return error;
  // The driver's own errors have no code: the socket has closed, or an answer did not come in time.
  if (!(error instanceof DatabaseError)) return new PostgresFault(error, { connectionLost: true, again: true });
  const code = error.code ?? "";
  if (conflicts.has(code)) return new PostgresFault(error, { connectionLost: false, again: true });
  if (stalePlans.has(code) || code === onlyReads) return new PostgresFault(error, { connectionLost: true, again: true });
  // After these the server hangs up; after an ERROR it goes on, and has clearly done nothing.
  if (error.severity === "FATAL" || error.severity === "PANIC") return new PostgresFault(error, { connectionLost: true, again: true });
  if (damaged.has(code))
    return new StoreDamaged(`the database is damaged (${error.message}): see to the server's disk, and restore a backup`, { cause: error });
  if (waits.has(code) || outside.has(code.slice(0, 2))) return new PostgresFault(error, { connectionLost: false, again: false });
  return error;
}

/** Whether a lock was waited for in vain. */
export function isLockHeld(error: unknown): boolean {
  return error instanceof PostgresFault && error.cause instanceof DatabaseError && error.cause.code === lockHeld;
}
