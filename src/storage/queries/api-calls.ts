import type { Selectable } from "kysely";
import type { ApiAnswerTable } from "../api-tables.ts";
import { prepare, prepareWrite } from "../prepare.ts";
import type { Queryable } from "../tables.ts";

export type AnswerRow = Selectable<ApiAnswerTable>;

type Found = { accountId: number; key: string; after: number };

const answerOf = prepare((db, { accountId, key, after }: Found) =>
  db.selectFrom("api_answer").selectAll().where("account_id", "=", accountId).where("idempotency_key", "=", key).where("at", ">", after).compile(),
);

/** `after` (ms): what was given then or earlier counts no more. */
export async function findAnswer(db: Queryable, accountId: number, key: string, after: number): Promise<AnswerRow | undefined> {
  return (await answerOf(db, { accountId, key, after }))[0];
}

const insertOne = prepareWrite((db, { row, before }: { row: AnswerRow; before: number }) =>
  db
    .insertInto("api_answer")
    .values(row)
    .onConflict((conflict) => conflict.columns(["account_id", "idempotency_key"]).doUpdateSet(row).where("api_answer.at", "<=", before))
    .compile(),
);

/** Takes the place of one given at `before` (ms) or earlier. False: there is one that still counts. */
export async function insertAnswer(db: Queryable, row: AnswerRow, before: number): Promise<boolean> {
  return (await insertOne(db, { row, before })).changed > 0;
}

const fillOne = prepare((db, { accountId, key, answerJson }: { accountId: number; key: string; answerJson: string }) =>
  db.updateTable("api_answer").set({ answer_json: answerJson }).where("account_id", "=", accountId).where("idempotency_key", "=", key).compile(),
);

/** Puts the answer in that was left out when the call began. */
export async function fillAnswer(db: Queryable, accountId: number, key: string, answerJson: string): Promise<void> {
  await fillOne(db, { accountId, key, answerJson });
}

export async function deleteAnswer(db: Queryable, accountId: number, key: string): Promise<void> {
  await db.deleteFrom("api_answer").where("account_id", "=", accountId).where("idempotency_key", "=", key).execute();
}

const keepSignature = prepareWrite((db, { hash, until }: { hash: string; until: number }) =>
  db
    .insertInto("api_signature")
    .values({ signature_hash: hash, until })
    .onConflict((conflict) => conflict.doNothing())
    .compile(),
);

/** False: it was there already. */
export async function insertSignature(db: Queryable, hash: string, until: number): Promise<boolean> {
  return (await keepSignature(db, { hash, until })).changed > 0;
}

const untilOf = prepare((db, { hash }: { hash: string }) => db.selectFrom("api_signature").select("until").where("signature_hash", "=", hash).compile());

export async function isSignatureKnown(db: Queryable, hash: string): Promise<boolean> {
  return (await untilOf(db, { hash })).length > 0;
}

/** Deletes up to `atMost` answers that were given at `before` (ms) or earlier; gives their number. */
export async function deleteOldAnswers(db: Queryable, before: number, atMost: number): Promise<number> {
  const old = db.selectFrom("api_answer").select(["account_id", "idempotency_key"]).where("at", "<=", before).limit(atMost);
  const rows = await old.execute();
  for (const row of rows)
    await db
      .deleteFrom("api_answer")
      .where("account_id", "=", row.account_id)
      .where("idempotency_key", "=", row.idempotency_key)
      .where("at", "<=", before)
      .execute();
  return rows.length;
}

/** Deletes up to `atMost` signatures whose time is over at `now` (ms); gives their number. */
export async function deleteOldSignatures(db: Queryable, now: number, atMost: number): Promise<number> {
  const old = db.selectFrom("api_signature").select("signature_hash").where("until", "<=", now).limit(atMost);
  const gone = await db.deleteFrom("api_signature").where("signature_hash", "in", old).where("until", "<=", now).executeTakeFirst();
  return Number(gone.numDeletedRows);
}
