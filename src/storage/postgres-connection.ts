import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { type CustomTypesConfig, type QueryResult as PgResult, type PoolClient } from "pg";
import { type Answer, type Asked, PostgresBatch, valuesToSend } from "./postgres-batch.ts";
import { PostgresFault, postgresError } from "./postgres-errors.ts";

type Row = Record<string, unknown>;
type Question = Omit<Asked, "name">;
type Waiting = Question & { resolve(answer: Answer): void; reject(error: unknown): void };

/** What several statements gave: the answers of those before the first that failed, and why that did. */
export type Answered = { answers: Answer[]; error?: unknown };

/** `timeout`: ms after which an answer that has not come will not come: the way to the server is broken. */
export type ConnectionOptions = { names: StatementNames; types: CustomTypesConfig; timeout: number };

/**
 * A connection as Kysely wants it: statements prepared once, and every fault told apart from a mistake. What is asked at once, or while an answer
 * is awaited, goes to the server in one round trip, and is worked through in this order. After one that failed nothing is asked any more but scripts.
 */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #options: ConnectionOptions;
  #waiting: Waiting[] = [];
  #underWay: Promise<void> | undefined;
  #fault: Error | undefined;
  #lost: PostgresFault | undefined;

  constructor(client: PoolClient, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Why this connection is of no more use, if it is not. */
  get lost(): PostgresFault | undefined {
    return this.#lost;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    return resultOf(await this.run(sql, parameters));
  }

  /** Several statements in one text, without parameters; gives what the last answered. */
  async runScript(text: string): Promise<Row[]> {
    while (this.#underWay) await this.#underWay;
    const script = withTimeout({ text }, this.#options.timeout);
    const answers = (await this.#told(() => this.#client.query(script))) as PgResult<Row> | PgResult<Row>[];
    return (Array.isArray(answers) ? answers.at(-1) : answers)?.rows ?? [];
  }

  /** In pieces, by a cursor in a transaction of its own, so that no answer is larger than a piece. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    await this.runScript("begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = '10min'");
    try {
      const query = { text: `declare piecewise no scroll cursor for ${sql}`, values: [...parameters] };
      await this.#told(() => this.#client.query(withTimeout(query, this.#options.timeout)));
      for (;;) {
        const rows = (await this.runScript(`fetch ${chunkSize} from piecewise`)) as R[];
        if (rows.length === 0) return;
        yield { rows };
      }
    } finally {
      if (!this.#lost) await this.runScript("rollback");
    }
  }

  async run(text: string, parameters: readonly unknown[]): Promise<Answer> {
    const values = valuesToSend(parameters);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, values, resolve, reject });
      this.#underWay ??= this.#work();
    });
  }

  /** Statements in one round trip, worked through in this order; what is behind one that fails is passed over. */
  async answer(questions: readonly Question[]): Promise<Answered> {
    const asked = questions.map(({ text, values }) => ({ text, values, name: this.#options.names.of(text) }));
    const answers: Answer[] = [];
    try {
      await this.#told(() => this.#batch(asked, answers));
      return { answers };
    } catch (error) {
      return { answers, error };
    }
  }

  /** From now on nothing is asked any more but scripts, as after a statement that failed. */
  giveUp(error: unknown): void {
    this.#fault ??= error instanceof Error ? error : new Error(String(error));
  }

  /** The first round trip waits for the end of this turn: whoever asks together is answered together. */
  async #work(): Promise<void> {
    await endOfTurn();
    while (this.#waiting.length > 0) await this.#ask(this.#waiting.splice(0));
    this.#underWay = undefined;
  }

  async #ask(asked: readonly Waiting[]): Promise<void> {
    const { answers, error } = this.#fault ? { answers: [], error: this.#lost ?? this.#fault } : await this.answer(asked);
    for (const [index, one] of asked.entries()) {
      const answer = answers[index];
      if (answer) one.resolve(answer);
      else one.reject(error);
    }
    // Those who have their answers ask further.
    await endOfTurn();
  }

  #batch(asked: readonly Asked[], answers: Answer[]): Promise<void> {
    const { types, timeout } = this.#options;
    return new Promise((resolve, reject) => {
      this.#client.query(new PostgresBatch(asked, { types, timeout, answers }, (error) => (error === undefined ? resolve() : reject(error as Error))));
    });
  }

  async #told<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#lost) throw this.#lost;
    try {
      return await ask();
    } catch (error) {
      const told = postgresError(error);
      if (told instanceof PostgresFault && told.connectionLost) this.#lost = told;
      this.giveUp(told);
      throw told;
    }
  }
}

/** An answer as Kysely wants it. */
export function resultOf<R>({ rows, rowCount, command }: Answer): QueryResult<R> {
  return command === "SELECT" || rowCount === null ? { rows: rows as R[] } : { rows: rows as R[], numAffectedRows: BigInt(rowCount) };
}

/** Once everything that can go on has gone on. */
const endOfTurn = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Sets the limit, in ms, that pg reads from each query; its types do not know it. */
export const withTimeout = <Q extends object>(query: Q, query_timeout: number): Q => Object.assign(query, { query_timeout });

/** How often a text must come before it is kept: lists of this and that length come once and never again. */
const often = 3;

/** Names for prepared statements: each text the same on every connection, and not more than the server should remember. */
export class StatementNames {
  readonly #most: number;
  readonly #names = new Map<string, string>();
  readonly #seen = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Undefined for a text that is seldom, or comes too late to be remembered: it is prepared for each use. */
  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= this.#most) return known;
    const times = (this.#seen.get(text) ?? 0) + 1;
    if (times < often) {
      if (this.#seen.size >= this.#most * often) this.#seen.clear();
      this.#seen.set(text, times);
      return undefined;
    }
    this.#seen.delete(text);
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
