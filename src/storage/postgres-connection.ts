import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { type QueryResult as Answer, DatabaseError, type PoolClient } from "pg";
import { PostgresFault, postgresError } from "./postgres-errors.ts";

type Row = Record<string, unknown>;

/**
 * A connection as Kysely wants it: statements prepared once, and every fault told apart from a mistake. What is asked before the answer to the
 * question before it has come goes out at once: all of it takes one round trip, and the server works through it in this order.
 */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #names: StatementNames;
  readonly #timeout: number;
  #first: unknown;
  #lost: PostgresFault | undefined;

  /** `timeout`: ms after which an answer that has not come will not come: the way to the server is broken. */
  constructor(client: PoolClient, names: StatementNames, timeout: number) {
    this.#client = client;
    this.#names = names;
    this.#timeout = timeout;
  }

  /** Why this connection is of no more use, if it is not. */
  get lost(): PostgresFault | undefined {
    return this.#lost;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await this.run(sql, parameters);
    return command === "SELECT" || rowCount === null ? { rows: rows as R[] } : { rows: rows as R[], numAffectedRows: BigInt(rowCount) };
  }

  /** Several statements in one text, without parameters; gives what the last answered. */
  async runScript(text: string): Promise<Row[]> {
    const answers = (await this.#send(() => this.#client.query(withTimeout({ text }, this.#timeout)))) as Answer<Row> | Answer<Row>[];
    return (Array.isArray(answers) ? answers.at(-1) : answers)?.rows ?? [];
  }

  /** In pieces, by a cursor in a transaction of its own, so that no answer is larger than a piece. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    await this.runScript("begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = '10min'");
    try {
      await this.#send(() => this.#client.query({ text: `declare piecewise no scroll cursor for ${sql}`, values: [...parameters] }));
      for (;;) {
        const rows = (await this.runScript(`fetch ${chunkSize} from piecewise`)) as R[];
        if (rows.length === 0) return;
        yield { rows };
      }
    } finally {
      if (!this.#lost) await this.runScript("rollback");
    }
  }

  run(text: string, parameters: readonly unknown[]): Promise<Answer<Row>> {
    const name = this.#names.of(text);
    const query = { text, values: [...parameters], ...(name === undefined ? {} : { name }) };
    return this.#send(() => this.#client.query<Row>(withTimeout(query, this.#timeout)));
  }

  /** What is behind a failed statement of a transaction fails because of it, and says nothing by itself. */
  async #send<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#lost) throw this.#lost;
    try {
      return await ask();
    } catch (error) {
      const told = postgresError(error);
      const follows = this.#first !== undefined && error instanceof DatabaseError && error.severity === "ERROR";
      if (!follows && told instanceof PostgresFault && told.connectionLost) this.#lost = told;
      this.#first ??= told;
      throw this.#lost ?? this.#first;
    }
  }
}

/** pg reads a limit of its own from each query; its types do not know it. */
const withTimeout = <Q extends object>(query: Q, query_timeout: number): Q => Object.assign(query, { query_timeout });

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
