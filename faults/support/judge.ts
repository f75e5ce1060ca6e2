import type { Store } from "../../src/storage/store.ts";
import type { Finding, Zeros } from "../part.ts";
import { judgeAnswers } from "./judge/answers.ts";
import { judgeConsent } from "./judge/consent.ts";
import { judgeContacts } from "./judge/contacts.ts";
import { checkIntegrity } from "./judge/integrity.ts";
import { judgeLetters, untilDelivered } from "./judge/letters.ts";
import { readAll } from "./judge/rows.ts";
import type { Ledger } from "./ledger.ts";
import { findLostWrites } from "./lost-writes.ts";
import type { Arrived } from "./postbag.ts";
import { Verdict } from "./verdict.ts";

export type Judgement = Required<Pick<Finding, "faults">> & {
  zeros: Zeros;
  /** How much was there to be judged. `duplicates`: letters that came more than once, with the same Message-ID. */
  counted: { acknowledged: number; moves: number; letters: number; duplicates: number };
};

/**
 * Judges by the database, by what was answered, and by the letters that came, once the outbox is empty or `patience` ms (2 minutes) are over.
 * Nobody may write meanwhile but the outbox. Where nothing was acknowledged there is nothing to judge: a fault.
 */
export async function judge(store: Store, ledger: Ledger, received: readonly Arrived[], { patience = 120_000 } = {}): Promise<Judgement> {
  const verdict = new Verdict();
  await untilDelivered(store, patience);
  const rows = await readAll(store);
  for (const lost of await findLostWrites(store, ledger.entries)) verdict.count("writesLost", lost);
  judgeAnswers(rows, ledger, verdict);
  judgeConsent(rows, ledger, verdict);
  judgeContacts(rows, verdict);
  const { duplicates } = judgeLetters(rows, received, verdict);
  for (const fault of await checkIntegrity(store)) verdict.fault(fault);
  const acknowledged = ledger.acknowledged().length;
  if (acknowledged === 0) verdict.fault("no write was acknowledged: nothing was tried");
  if (rows.moves.every((move) => move.request_id === null)) verdict.fault("no role has moved: nothing was tried");
  const moves = rows.moves.filter((move) => move.request_id !== null).length;
  return { zeros: verdict.zeros, faults: verdict.faults, counted: { acknowledged, moves, letters: received.length, duplicates } };
}
