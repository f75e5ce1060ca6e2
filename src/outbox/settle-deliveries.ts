import { sql } from "kysely";
import type { Outcome } from "../mail/transport.ts";
import type { Transaction } from "../storage/store.ts";
import type { OutboxTable } from "../storage/tables.ts";
import { mostAttempts, mostRefusals, pauseAfter, pauseAfterNoTry } from "./back-off.ts";
import type { OutboxRow } from "./claim-letters.ts";
import { rowsOfJson } from "./rows-of-json.ts";

/** What became of a claimed letter. */
export type Delivered = { row: OutboxRow; outcome: Outcome };

/**
 * Notes them all in one statement: sent and without their codes, to be tried again, or failed. One that was dropped or claimed anew meanwhile stays as it
 * is. `now`: the database's, ms.
 */
export async function settleDeliveries(tx: Transaction, delivered: readonly Delivered[], now: number): Promise<void> {
  if (delivered.length === 0) return;
  const notes = delivered.map(({ row, outcome }) => ({ id: row.id, attempts: row.attempts, ...changesFor(now, row, outcome) }));
  await sql`update outbox set state = given.state, failures = given.failures, due_at = given.due_at, sent_at = given.sent_at, last_error = given.last_error,
    claimed_until = null, sealed = case when given.state = 'sent' then null else sealed end
    from ${rowsOfJson(tx.engine, noted, notes)}
    where outbox.id = given.id and outbox.attempts = given.attempts and outbox.state = 'sending'`.execute(tx.db);
}

/** Whether it will not be tried again by itself. */
export function hasFailed({ row, outcome }: Delivered): boolean {
  return outcome.kind !== "sent" && !isNoTry(outcome) && row.failures + 1 >= (outcome.kind === "final" ? mostRefusals : mostAttempts);
}

/** That the server cannot be reached, has too many slow ones, or was not even asked, says nothing about the letter: it counts as no try, for however long. */
const isNoTry = (outcome: Outcome): boolean => outcome.kind === "later" && outcome.trouble !== undefined && outcome.trouble !== "connection";

type Changes = Pick<OutboxTable, "state" | "due_at" | "sent_at" | "last_error"> & { failures: number };

const noted = { id: "text", attempts: "bigint", state: "text", failures: "bigint", due_at: "bigint", sent_at: "bigint", last_error: "text" } as const;

function changesFor(now: number, row: OutboxRow, outcome: Outcome): Changes {
  const { failures, due_at } = row;
  if (outcome.kind === "sent") return { state: "sent", failures, due_at, sent_at: now, last_error: null };
  const unsent = { sent_at: null, last_error: storable(outcome.reason) };
  if (isNoTry(outcome)) return { state: "waiting", failures, due_at: now + pauseAfterNoTry, ...unsent };
  if (hasFailed({ row, outcome })) return { state: "failed", failures: failures + 1, due_at, ...unsent };
  return { state: "waiting", failures: failures + 1, due_at: now + pauseAfter(failures + 1), ...unsent };
}

/** PostgreSQL takes neither NUL nor half a character, and one note that it does not take would keep all others from being written. */
const storable = (reason: string): string => reason.replace(/\p{Cc}+/gu, " ").toWellFormed();
