import { halfCopy } from "./copy-mark.ts";

/**
 * Kept by each database for itself: which migrations ran there, which transactions took place, that a copy is not whole, and the names for
 * search, which a server writes anew from the services.
 */
export const bookkeeping: readonly string[] = ["migration", "operation", halfCopy, "searched_account", "searched_name", "searched_step"];

/** For whoever changes the schema, or looks whether there is one; any number that nobody else locks. */
export const migrationLock = "select pg_advisory_xact_lock(4172839)";
