import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { type Answer, type Asked, valuesToSend } from "./postgres-batch.ts";
import { type Answered, resultOf } from "./postgres-connection.ts";
import { PostgresFault } from "./postgres-errors.ts";
import type { PostgresPool } from "./postgres-pool.ts";

type Waiting = Pick<Asked, "text" | "values"> & { resolve(answer: Answer): void; reject(error: unknown): void };

/** So many statements share a round trip at most: the last waits for those before it. */
const together = 8;

/**
 * Reads, each for itself, whoever asks: what has come by the end of a turn goes to the server together, which spares both sides most of their system calls, and
 * these are most of what a short statement costs. One that fails harms no other: those behind it are asked again.
 */
export class PostgresReads implements DatabaseConnection {
  readonly #pool: PostgresPool;
  #waiting: Waiting[] = [];

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const values = valuesToSend(parameters);
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#send());
      this.#waiting.push({ text: sql, values, resolve, reject });
    });
    return resultOf(answer);
  }

  /** By itself: it takes as long as its reader. */
  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    const { connection, giveBack } = await this.#pool.lend();
    try {
      yield* connection.streamQuery<R>(query, chunkSize);
    } finally {
      giveBack();
    }
  }

  #send(): void {
    const waiting = this.#waiting.splice(0);
    for (let at = 0; at < waiting.length; at += together) void this.#ask(waiting.slice(at, at + together));
  }

  /**
   * `again`: whether those that a fault has kept from their answer are asked once more: the connection that was lent may have been lost long before.
   * Where none is to be had, that is said to all: one after another they would each wait for it.
   */
  async #ask(asked: readonly Waiting[], again = true): Promise<void> {
    const { answers, error } = await this.#answersTo(asked);
    for (const [at, answer] of answers.entries()) asked[at]?.resolve(answer);
    const [failed, ...behind] = asked.slice(answers.length);
    if (!failed) return;
    const fault = error instanceof PostgresFault ? error : undefined;
    if (fault?.again && again) return this.#ask([failed, ...behind], false);
    failed.reject(error);
    if (fault?.again || fault?.connectionLost) for (const one of behind) one.reject(error);
    else if (behind.length > 0) await this.#ask(behind, again);
  }

  async #answersTo(asked: readonly Waiting[]): Promise<Answered> {
    try {
      return await this.#pool.use((connection) => connection.answer(asked));
    } catch (error) {
      return { answers: [], error };
    }
  }
}
