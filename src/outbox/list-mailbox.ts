import type { Context } from "../context.ts";
import { renderLetter } from "../mail/render-letter.ts";
import type { Queryable } from "../storage/tables.ts";
import type { OutboxRow } from "./claim-letters.ts";
import { mailIdsFrom, mailNumber, openSecrets } from "./enqueue.ts";
import { letterOf } from "./letter-of.ts";

/** A letter as a mailbox shows it. `date`: ISO 8601, UTC. */
export type MailboxItem = { id: string; to: string; subject: string; text: string; html: string; date: string };

/**
 * The letters that would have been sent, newest first: for a demonstration, which has no mail server. Codes that are no longer valid are
 * masked. `to`: only those to this address, in any letter case; `limit`: 100 unless told otherwise.
 */
export async function listMailbox(context: Context, { to, limit = 100 }: { to?: string; limit?: number } = {}): Promise<MailboxItem[]> {
  let query = context.store.read.selectFrom("outbox").selectAll().orderBy("created_at", "desc").orderBy("id", "desc").limit(limit);
  if (to !== undefined) query = query.where((row) => row(row.fn<string>("lower", ["recipient"]), "=", to.trim().toLowerCase()));
  return (await query.execute()).map((row) => openLetter(context, row));
}

/** One letter of the mailbox. */
export async function readMail(context: Context, id: string): Promise<MailboxItem | undefined> {
  const row = await context.store.read.selectFrom("outbox").selectAll().where("id", "=", id).executeTakeFirst();
  return row && openLetter(context, row);
}

/** A letter to an account, its codes masked. `number`: by which programs know it; `at`: when it was sent, or written where it waits still (ms). */
export type SentMail = { number: number; at: number; to: string; subject: string; text: string };

/** The newest letters to an account; those that were dropped never went out. */
export async function listSentMails(context: Context, accountId: number, atMost: number): Promise<SentMail[]> {
  const letters = context.store.read.selectFrom("outbox").selectAll().where("account_id", "=", accountId).where("state", "!=", "dropped");
  const rows = await letters.orderBy("id", "desc").limit(atMost).execute();
  return rows.map((row) => sentMail(context, row));
}

/** The numbers of the letters to an account, newest first; those that were dropped never went out. `before`: only older ones. */
export async function sentMailNumbers(db: Queryable, accountId: number, part: { before?: number | undefined; atMost?: number | undefined }): Promise<number[]> {
  let query = db.selectFrom("outbox").select("id").where("account_id", "=", accountId).where("state", "!=", "dropped").orderBy("id", "desc");
  if (part.before !== undefined) query = query.where("id", "<", mailIdsFrom(part.before));
  if (part.atMost !== undefined) query = query.limit(part.atMost);
  return (await query.execute()).map((row) => mailNumber(row.id));
}

/** The letter to an account with this number. */
export async function readSentMail(context: Context, accountId: number, number: number): Promise<SentMail | undefined> {
  const rows = context.store.read.selectFrom("outbox").selectAll().where("account_id", "=", accountId).where("state", "!=", "dropped");
  const row = await rows
    .where("id", ">=", mailIdsFrom(number))
    .where("id", "<", mailIdsFrom(number + 1))
    .orderBy("id")
    .executeTakeFirst();
  return row && sentMail(context, row);
}

/** The letters to an account with these numbers, which follow each other, in their order; one query. */
export async function readSentMails(context: Context, accountId: number, numbers: readonly number[]): Promise<SentMail[]> {
  if (numbers.length === 0) return [];
  const rows = await context.store.read
    .selectFrom("outbox")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("state", "!=", "dropped")
    .where("id", ">=", mailIdsFrom(Math.min(...numbers)))
    .where("id", "<", mailIdsFrom(Math.max(...numbers) + 1))
    .orderBy("id", "desc")
    .execute();
  const found = new Map(rows.map((row) => [mailNumber(row.id), row]));
  return numbers.flatMap((number) => found.get(number) ?? []).map((row) => sentMail(context, row));
}

function sentMail(context: Context, row: OutboxRow): SentMail {
  const { to, subject, text } = openLetter(context, { ...row, sealed: null });
  return { number: mailNumber(row.id), at: row.sent_at ?? row.created_at, to, subject, text };
}

function openLetter(context: Context, row: OutboxRow): MailboxItem {
  const scene = { language: row.language, settings: context.settings, secrets: openSecrets(context, row) };
  return { id: row.id, to: row.recipient, ...renderLetter(letterOf(row), scene), date: new Date(row.created_at).toISOString() };
}
