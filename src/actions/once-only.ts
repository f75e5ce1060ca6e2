import { digest } from "../auth/digest.ts";
import type { Context } from "../context.ts";
import { answerKnownFor } from "../domain/credential-life.ts";
import { findAnswer, insertAnswer, insertSignature, isSignatureKnown } from "../storage/queries/api-calls.ts";
import type { Transaction } from "../storage/store.ts";

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

/** A context whose one writing transaction happens once for a signature and for an Idempotency-Key, and keeps, in the same transaction, what is answered. */
export function onceOnly(context: Context, call: WritingCall): Context {
  const write = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    return context.store.write(async (tx) => {
      await claim(tx, call);
      const done = await work(tx);
      if (!isRefused(done)) await keep(tx, call, done);
      return done;
    });
  };
  return { ...context, store: { ...boundStore(context.store), write } };
}

/** What was refused counts as answered too: the same signature must not succeed later. */
export async function rememberRefused(context: Context, call: WritingCall): Promise<void> {
  if (call.signature) await context.store.write((tx) => rememberSignature(tx, call));
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

async function claim(tx: Transaction, call: WritingCall): Promise<void> {
  const known = await knownIn(tx.db, call, await tx.now());
  if (known !== undefined) throw new CallKnown(known);
  if (!(await rememberSignature(tx, call))) throw new CallKnown("replayed");
}

async function rememberSignature(tx: Transaction, { signature }: WritingCall): Promise<boolean> {
  return signature === undefined || (await insertSignature(tx.db, digest(signature.text), signature.until));
}

async function keep(tx: Transaction, call: WritingCall, done: unknown): Promise<void> {
  if (call.key === undefined) return;
  const now = await tx.now();
  const answer = call.answer(isOk(done) ? done.ok : done);
  const row = { account_id: call.account, idempotency_key: call.key, method: call.method, path: call.path, body_hash: digest(call.body) };
  const kept = await insertAnswer(tx.db, { ...row, answer_json: answer === undefined ? null : JSON.stringify(answer), at: now }, now - answerKnownFor);
  // On an engine where two can come so far at once, the second finds the first's row: its own work is undone.
  if (!kept) throw new CallKnown("replayed");
}

const isOk = (done: unknown): done is { ok: unknown } => typeof done === "object" && done !== null && "ok" in done;
const isRefused = (done: unknown): boolean => typeof done === "object" && done !== null && "refused" in done;
