import type { Insertable } from "kysely";
import type { Context } from "../context.ts";
import type { Language } from "../domain/languages.ts";
import type { Letter, LetterName, LetterSecrets } from "../mail/letters.ts";
import { prepare } from "../storage/prepare.ts";
import type { Transaction } from "../storage/store.ts";
import type { OutboxTable } from "../storage/tables.ts";
import { lockLetters } from "./lock-letters.ts";

export type Enqueued = Letter & {
  to: { id: number; email: string; language: Language };
  /** Sealed beside the row until it is delivered, replaced or its request closed (§5). */
  secrets?: LetterSecrets;
  requestId?: number;
  /** "own": that of `to`, put in just before. */
  approvalId?: number | "own";
};

/** Puts a letter into the outbox, in the transaction of what it tells of. Gives the row's id, the left side of its Message-ID. */
export async function enqueueLetter(context: Context, tx: Transaction, mail: Enqueued): Promise<string> {
  const [id = ""] = await enqueueLetters(context, tx, [mail], await tx.now());
  return id;
}

/** The same for several, in one statement. `now`: ms. */
export async function enqueueLetters(context: Context, tx: Transaction, mails: readonly Enqueued[], now: number): Promise<string[]> {
  if (mails.length === 0) return [];
  const [own, others] = [mails.filter((mail) => mail.approvalId === "own"), mails.filter((mail) => mail.approvalId !== "own")];
  const [ownRows, rows] = [own.map((mail) => rowOf(context, mail, now)), others.map((mail) => rowOf(context, mail, now))];
  // Before they are written: they may go with the COMMIT.
  tx.afterCommit(context.lettersWaiting);
  await Promise.all([ownRows.length ? insertOwn(tx.db, { rows: ownRows }) : undefined, rows.length ? insertRows(tx.db, { rows }) : undefined]);
  return [...ownRows, ...rows].map((row) => row.id);
}

type Row = Required<Omit<Insertable<OutboxTable>, "attempts" | "failures" | "refusals" | "away_since">>;

const insertRows = prepare((db, { rows }: { rows: readonly Row[] }) => db.insertInto("outbox").values(rows).compile());

/** The approval is looked up here, so that its id need not be waited for. */
const insertOwn = prepare((db, { rows }: { rows: readonly Row[] }) =>
  db
    .insertInto("outbox")
    .values(rows.map((row) => ({ ...row, approval_id: approvalOf(db, row) })))
    .compile(),
);
const approvalOf = (db: Transaction["db"], row: Row) =>
  db.selectFrom("approval").select("approval.id").where("approval.request_id", "=", row.request_id).where("approval.account_id", "=", row.account_id);

function rowOf(context: Context, mail: Enqueued, now: number): Row {
  const id = newMailId(now, context.random(9));
  return {
    id,
    account_id: mail.to.id,
    recipient: mail.to.email,
    language: mail.to.language,
    letter: mail.letter,
    facts_json: JSON.stringify(mail.facts),
    sealed: mail.secrets ? context.secrets.seal("letter", JSON.stringify(mail.secrets), id) : null,
    request_id: mail.requestId ?? null,
    approval_id: typeof mail.approvalId === "number" ? mail.approvalId : null,
    state: "waiting",
    created_at: now,
    due_at: now,
    claimed_until: null,
    sent_at: null,
    last_error: null,
  };
}

let lastSerial = 0;
const serialDigits = 14;

/**
 * Ids of one process sort in the order of writing, also those of one millisecond: `/mailbox` shows the newest first. Within the millisecond each
 * process begins somewhere else, so that two of them hardly give the same number. The rest is chance.
 */
function newMailId(now: number, chance: Uint8Array): string {
  lastSerial = Math.max(now * 1024 + (chance[0] ?? 0) * 3, lastSerial + 1);
  return lastSerial.toString(16).padStart(serialDigits, "0") + Buffer.from(chance).toString("hex");
}

/** The number of a letter, from its id: below 2^53, and different for each letter of a process. */
export function mailNumber(id: string): number {
  return Number.parseInt(id.slice(0, serialDigits), 16);
}

/** What the ids of all letters with this number or a higher one are not below. */
export function mailIdsFrom(number: number): string {
  return number.toString(16).padStart(serialDigits, "0");
}

/** The secrets of a letter that has not left yet, or undefined where they have been erased. */
export function openSecrets(context: Pick<Context, "secrets">, row: { id: string; sealed: string | null }): LetterSecrets | undefined {
  const text = row.sealed === null ? undefined : context.secrets.open("letter", row.sealed, row.id);
  return text === undefined ? undefined : (JSON.parse(text) as LetterSecrets);
}

/** Drops what still waits for an answer (codes and reminders) of one approval or of the whole request: a newer code follows, or it is closed. */
export async function dropWaiting(tx: Transaction, { requestId, approvalId }: { requestId: number; approvalId?: number }): Promise<void> {
  const lock = tx.engine === "postgres" ? lockAll(tx.db, { requestId }) : undefined;
  await Promise.all([lock, approvalId === undefined ? dropAll(tx.db, { requestId }) : dropOne(tx.db, { requestId, approvalId })]);
}

/** In order of id, as every lock of letters (lock-letters.ts). */
const lockAll = prepare((db, { requestId }: { requestId: number }) =>
  db.selectFrom("outbox").select("id").where("request_id", "=", requestId).orderBy("id").forUpdate().compile(),
);

const answerable = (db: Transaction["db"], requestId: number) =>
  db
    .updateTable("outbox")
    .set({ state: "dropped", sealed: null })
    .where("request_id", "=", requestId)
    .where("approval_id", "is not", null)
    .where("state", "in", ["waiting", "sending", "failed"]);
const dropAll = prepare((db, { requestId }: { requestId: number }) => answerable(db, requestId).compile());
const dropOne = prepare((db, { requestId, approvalId }: { requestId: number; approvalId: number }) =>
  answerable(db, requestId).where("approval_id", "=", approvalId).compile(),
);

/** Drops the letters of these kinds that still wait for these accounts: their links are dead, newer ones follow. Gives the names of what was dropped. */
export async function dropLettersTo(tx: Transaction, accounts: readonly number[], letters: readonly LetterName[]): Promise<string[]> {
  const unsent = ["waiting", "sending", "failed"] as const;
  await lockLetters(tx, (lock) => lock.where("account_id", "in", accounts).where("letter", "in", letters).where("state", "in", unsent));
  const dropped = await tx.db
    .updateTable("outbox")
    .set({ state: "dropped", sealed: null })
    .where("account_id", "in", accounts)
    .where("letter", "in", letters)
    .where("state", "in", unsent)
    .returning("letter")
    .execute();
  return dropped.map((row) => row.letter);
}
