import { halfCopy } from "./copy-mark.ts";

/** Kept by PostgreSQL for itself: which migrations ran there, which transactions took place, and that a copy is not whole. */
export const bookkeeping: readonly string[] = ["migration", "operation", halfCopy];

/** For whoever changes the schema, or looks whether there is one; any number that nobody else locks. */
export const migrationLock = "select pg_advisory_xact_lock(4172839)";
