import type { Context } from "../../context.ts";
import { answerKnownFor } from "../../domain/credential-life.ts";
import { deleteOldLinks } from "../../storage/queries/account-links.ts";
import { deleteOldAnswers, deleteOldSignatures } from "../../storage/queries/api-calls.ts";
import { deleteOldCredentials, deleteOldTokens } from "../../storage/queries/api-keys.ts";
import { deleteOldUses } from "../../storage/queries/limits.ts";
import { deleteEndedSessions } from "../../storage/queries/sessions.ts";
import type { Queryable } from "../../storage/tables.ts";
import { noteDatabaseTrouble } from "../note-database-trouble.ts";

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

const deletions = {
  signatures: (db, now) => deleteOldSignatures(db, now, batch),
  answers: (db, now) => deleteOldAnswers(db, now - answerKnownFor, batch),
  sessions: (db, now) => deleteEndedSessions(db, now, batch),
  links: (db, now) => deleteOldLinks(db, now - linksKnownFor, batch),
  limits: (db, now) => deleteOldUses(db, now - longestWindow, batch),
  keys: (db, now) => deleteOldCredentials(db, now, now - keysShownFor, batch),
  tokens: (db, now) => deleteOldTokens(db, now, batch),
} satisfies Record<string, Deletion>;

type Kind = keyof typeof deletions;
const kinds = Object.keys(deletions) as Kind[];

/**
 * Deletes ended sessions, old links and limits, and of programs: old keys, tokens and known calls, in small batches. A kind that fails is logged and
 * keeps no other from its turn. Gives how many of each went.
 */
export async function forgetExpired(context: Context): Promise<Record<Kind, number>> {
  const forgotten = {} as Record<Kind, number>;
  for (const kind of kinds) forgotten[kind] = await forget(context, kind);
  return forgotten;
}

async function forget(context: Context, kind: Kind): Promise<number> {
  let sum = 0;
  try {
    for (;;) {
      const count = await context.store.write(async (tx) => deletions[kind](tx.db, await tx.now()));
      sum += count;
      if (count < batch) return sum;
    }
  } catch (error) {
    if (!noteDatabaseTrouble(context, error, { doing: "forgetExpired" }))
      context.log.error({ err: error, forgetting: kind }, "what has expired could not be forgotten; it is tried again in a minute");
    return sum;
  }
}
