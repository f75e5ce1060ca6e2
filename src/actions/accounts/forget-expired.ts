import type { Context } from "../../context.ts";
import { answerKnownFor } from "../../domain/credential-life.ts";
import { deleteOldLinks } from "../../storage/queries/account-links.ts";
import { deleteOldAnswers, deleteOldSignatures } from "../../storage/queries/api-calls.ts";
import { deleteOldCredentials, deleteOldTokens } from "../../storage/queries/api-keys.ts";
import { deleteOldUses } from "../../storage/queries/limits.ts";
import { deleteEndedSessions } from "../../storage/queries/sessions.ts";
import type { Queryable } from "../../storage/tables.ts";

const day = 24 * 60 * 60 * 1000;
/** Expired links are known for a while, so that who follows one hears that it has expired. */
const linksKnownFor = 30 * day;
/** Expired keys stay in the list for a while, so that who misses one sees why. */
const keysShownFor = 30 * day;
/** Longer than the window of any limit. */
const longestWindow = 2 * day;
/** So few that nobody who waits for the writer notices. */
const batch = 500;

type Deletion = (db: Queryable, now: number) => Promise<number>;

type Forgotten = Record<"sessions" | "links" | "limits" | "keys" | "tokens" | "calls", number>;

/** Deletes ended sessions, old links and limits, and of programs: old keys, tokens and known calls, in small batches. Gives how many of each went. */
export async function forgetExpired(context: Context): Promise<Forgotten> {
  const signatures = await inBatches(context, (db, now) => deleteOldSignatures(db, now, batch));
  const answers = await inBatches(context, (db, now) => deleteOldAnswers(db, now - answerKnownFor, batch));
  return {
    sessions: await inBatches(context, (db, now) => deleteEndedSessions(db, now, batch)),
    links: await inBatches(context, (db, now) => deleteOldLinks(db, now - linksKnownFor, batch)),
    limits: await inBatches(context, (db, now) => deleteOldUses(db, now - longestWindow, batch)),
    keys: await inBatches(context, (db, now) => deleteOldCredentials(db, now, now - keysShownFor, batch)),
    tokens: await inBatches(context, (db, now) => deleteOldTokens(db, now, batch)),
    calls: signatures + answers,
  };
}

async function inBatches(context: Context, deletion: Deletion): Promise<number> {
  let sum = 0;
  for (;;) {
    const count = await context.store.write(async (tx) => deletion(tx.db, await tx.now()));
    sum += count;
    if (count < batch) return sum;
  }
}
