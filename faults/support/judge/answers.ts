import { type Entry, isAcknowledged, type Ledger } from "../ledger.ts";
import type { Verdict } from "../verdict.ts";
import type { Rows } from "./rows.ts";

/** What was answered against what was done: nothing that was refused is carried out, and what had ended stays as it ended. */
export function judgeAnswers(rows: Rows, ledger: Ledger, verdict: Verdict): void {
  for (const fault of ledger.faults) verdict.fault(fault);
  const carriedOut = new Set(rows.answers.map((row) => `${row.account_id} ${row.idempotency_key}`));
  for (const entry of ledger.entries) {
    if (isRefused(entry) && carriedOut.has(`${entry.account} ${entry.key}`))
      verdict.fault(
        `${JSON.stringify(entry.deed)} (key ${entry.key}) was carried out, and answered after ${entry.tries} tries by ${JSON.stringify(entry.answer)}`,
      );
  }
  for (const [id, state] of ledger.ended) {
    const now = rows.requests.get(id)?.state;
    if (now !== state) verdict.count("writesLost", `request ${id} was seen as ${state} and is ${now}`);
  }
}

const isRefused = (entry: Entry): boolean => entry.answer !== undefined && !isAcknowledged(entry);
