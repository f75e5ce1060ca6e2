import { digest } from "../auth/digest.ts";
import type { Context } from "../context.ts";
import { answerKnownFor } from "../domain/credential-life.ts";
import { Refusal } from "../domain/refusal.ts";
import { type AnswerRow, deleteAnswer, fillAnswer, findAnswer, insertAnswer, insertSignature, isSignatureKnown } from "../storage/queries/api-calls.ts";
import type { Transaction } from "../storage/store.ts";
import { undoable } from "../storage/undoable.ts";

/**
 * A writing call of a program. `signature`: undefined for a bearer; `until`: as long as its time would be accepted (ms); `key`: its Idempotency-Key;
 * `answer`: what is answered when the transaction gives this, or undefined where that holds a secret.
 */
export type WritingCall = {
  account: number;
  signature?: { text: string; until: number } | undefined;
  key: string | undefined;
  method: string;
  path: string;
  body: Uint8Array;
  answer: (done: unknown) => unknown;
};

/** Why a call is not carried out: it was before. */
export type KnownCall = "replayed" | "other-body" | "answer-not-kept" | { answer: unknown };

/** Thrown in the transaction when the same call was carried out meanwhile. */
export class CallKnown extends Error {
  override readonly name = "CallKnown";
  readonly known: KnownCall;

  constructor(known: KnownCall) {
    super("this call was carried out before");
    this.known = known;
  }
}

/** What is known of a call before it is carried out. A replayed signature gets a stored answer and nothing else: headers are not signed, so a new key proves nothing. */
export async function findKnownCall(context: Context, call: WritingCall): Promise<KnownCall | undefined> {
  return knownIn(context.store.read, call, context.clock());
}

async function knownIn(db: Transaction["db"], call: WritingCall, now: number): Promise<KnownCall | undefined> {
  const stored = call.key === undefined ? undefined : await findAnswer(db, call.account, call.key, now - answerKnownFor);
  if (stored) {
    if (stored.method !== call.method || stored.path !== call.path || stored.body_hash !== digest(call.body)) return "other-body";
    return stored.answer_json === null ? "answer-not-kept" : { answer: JSON.parse(stored.answer_json) };
  }
  return call.signature && (await isSignatureKnown(db, digest(call.signature.text))) ? "replayed" : undefined;
}

/**
 * Waits until what a call has done is as safe as it was promised, before it is told again. A database that was killed over a COMMIT shows after its restart
 * what its standby may not have yet; a write of our own is confirmed once the standby has everything before it too.
 */
export async function confirmKept({ store }: Context): Promise<void> {
  await store.write(async () => {});
}

/**
 * A context whose one writing transaction happens once for a signature and for an Idempotency-Key, and keeps, in the same transaction, what is answered.
 * The key is claimed before anything is done: who comes second waits here for the end of the first, and finds his answer.
 */
export function onceOnly(context: Context, call: WritingCall): Context {
  const write = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const end = await context.store.write(async (tx) => {
      const claimed = claim(tx, call);
      // A key takes two questions: only a signature by itself is claimed in the round trip of what comes next.
      if (call.key !== undefined || !call.signature) await claimed;
      try {
        const done = await (call.signature ? undoable(tx, work, claimed) : work(tx));
        await keep(tx, call, done);
        return { done };
      } catch (error) {
        if (!(error instanceof Refusal && call.signature)) throw error;
        // Of what was refused the signature stays, in this very transaction: there is no moment in which it could be used again.
        if (call.key !== undefined) await deleteAnswer(tx.db, call.account, call.key);
        return { refusal: error };
      }
    });
    if ("refusal" in end) throw end.refusal;
    return end.done;
  };
  return { ...context, store: { ...boundStore(context.store), write } };
}

/** What was refused counts as answered too: the same signature must not succeed later. Where a transaction refused it, that has kept it already. */
export async function rememberRefused(context: Context, call: WritingCall): Promise<void> {
  if (!call.signature || (await isSignatureKnown(context.store.read, digest(call.signature.text)))) return;
  await context.store.write((tx) => rememberSignature(tx, call));
}

function boundStore(store: Context["store"]): Context["store"] {
  return {
    engine: store.engine,
    read: store.read,
    write: (work) => store.write(work),
    migrate: () => store.migrate(),
    pendingMigrations: () => store.pendingMigrations(),
    backup: (file) => store.backup(file),
    close: () => store.close(),
  };
}

/** The inserts tell by themselves what was there before: the row of another call that is under way is waited for. */
async function claim(tx: Transaction, call: WritingCall): Promise<void> {
  if (call.key !== undefined) await claimKey(tx, call, call.key);
  if (!(await rememberSignature(tx, call))) throw new CallKnown("replayed");
}

async function claimKey(tx: Transaction, call: WritingCall, key: string): Promise<void> {
  const now = await tx.now();
  if (await insertAnswer(tx.db, rowOf(call, key, now), now - answerKnownFor)) return;
  throw new CallKnown((await knownIn(tx.db, call, now)) ?? "replayed");
}

function rowOf({ account, method, path, body }: WritingCall, key: string, at: number): AnswerRow {
  return { account_id: account, idempotency_key: key, method, path, body_hash: digest(body), answer_json: null, at };
}

async function rememberSignature(tx: Transaction, { signature }: WritingCall): Promise<boolean> {
  return signature === undefined || (await insertSignature(tx.db, digest(signature.text), signature.until));
}

/** What was refused leaves the key free: the call may be made again when it can succeed. */
async function keep(tx: Transaction, call: WritingCall, done: unknown): Promise<void> {
  if (call.key === undefined) return;
  if (isRefused(done)) return deleteAnswer(tx.db, call.account, call.key);
  const answer = call.answer(isOk(done) ? done.ok : done);
  if (answer !== undefined) await fillAnswer(tx.db, call.account, call.key, JSON.stringify(answer));
}

const isOk = (done: unknown): done is { ok: unknown } => typeof done === "object" && done !== null && "ok" in done;
const isRefused = (done: unknown): boolean => typeof done === "object" && done !== null && "refused" in done;
