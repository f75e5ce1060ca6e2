import { sql } from "kysely";
import type { Outcome } from "../mail/transport.ts";
import type { Transaction } from "../storage/store.ts";
import type { OutboxTable } from "../storage/tables.ts";
import { mostAttempts, mostRefusals, pauseAfter, pauseAfterNoTry } from "./back-off.ts";
import type { OutboxRow } from "./claim-letters.ts";
import { rowsOfJson } from "./rows-of-json.ts";

/** What became of a claimed letter. `away`: so was the mail server then, as its worker has seen it. */
export type Delivered = { row: OutboxRow; outcome: Outcome; away: boolean };

/**
 * Notes them all in one statement: sent and without their codes, to be tried again, or failed. One that was dropped or claimed anew meanwhile stays as it
 * is. `now`: the database's, ms.
 */
export async function settleDeliveries(tx: Transaction, delivered: readonly Delivered[], now: number): Promise<void> {
  if (delivered.length === 0) return;
  const notes = delivered.map((one) => ({ id: one.row.id, attempts: one.row.attempts, away_since: awaySince(one), ...changesFor(now, one) }));
  await sql`update outbox set state = given.state, failures = given.failures, refusals = given.refusals, due_at = given.due_at, sent_at = given.sent_at,
    last_error = given.last_error, away_since = given.away_since, claimed_until = null, sealed = case when given.state = 'sent' then null else sealed end
    from ${rowsOfJson(tx.engine, noted, notes)}
    where outbox.id = given.id and outbox.attempts = given.attempts and outbox.state = 'sending'`.execute(tx.db);
}

/** Whether it will not be tried again by itself. */
export function hasFailed({ row, outcome }: Pick<Delivered, "row" | "outcome">): boolean {
  if (outcome.kind === "sent" || isNoTry(outcome)) return false;
  return row.failures + 1 >= mostAttempts || refusalsAfter(row, outcome) >= mostRefusals;
}

/** In a row: after an outage, or a "later", one wrong refusal does not end a letter that has been tried often. */
const refusalsAfter = (row: OutboxRow, outcome: Outcome): number => (outcome.kind === "final" ? row.refusals + 1 : 0);

/** That the server cannot be reached, has too many slow ones, or was not even asked, says nothing about the letter: it counts as no try, for however long. */
const isNoTry = (outcome: Outcome): boolean => outcome.kind === "later" && outcome.trouble !== undefined && outcome.trouble !== "connection";

/** A talk that broke off may be the recipient's fault, unless the server is away for everybody: one bad mailbox is no outage. */
function awaySince({ row, outcome, away }: Delivered): number | null {
  const trouble = outcome.kind === "later" ? outcome.trouble : undefined;
  // Put aside or never begun: no word of the server.
  if (trouble === "slow" || trouble === "sealed") return row.away_since;
  const isAway = trouble === "server" || trouble === "login" || (trouble === "connection" && away);
  return isAway ? (row.away_since ?? row.due_at) : null;
}

type Changes = Pick<OutboxTable, "state" | "due_at" | "sent_at" | "last_error"> & { failures: number; refusals: number };

const noted = {
  id: "text",
  attempts: "bigint",
  state: "text",
  failures: "bigint",
  refusals: "bigint",
  due_at: "bigint",
  sent_at: "bigint",
  last_error: "text",
  away_since: "bigint",
} as const;

function changesFor(now: number, { row, outcome }: Delivered): Changes {
  const { failures, refusals, due_at } = row;
  if (outcome.kind === "sent") return { state: "sent", failures, refusals, due_at, sent_at: now, last_error: null };
  const unsent = { sent_at: null, last_error: storable(outcome.reason) };
  if (isNoTry(outcome)) return { state: "waiting", failures, refusals, due_at: now + pauseAfterNoTry, ...unsent };
  const tried = { failures: failures + 1, refusals: refusalsAfter(row, outcome), ...unsent };
  return hasFailed({ row, outcome }) ? { state: "failed", due_at, ...tried } : { state: "waiting", due_at: now + pauseAfter(failures + 1), ...tried };
}

/** PostgreSQL takes neither NUL nor half a character, and one note that it does not take would keep all others from being written. */
const storable = (reason: string): string => reason.replace(/\p{Cc}+/gu, " ").toWellFormed();
