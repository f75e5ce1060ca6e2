import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";

/** What answers statements: a connection, or a transaction on one. */
export type Asked = { executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> };

/** A transaction, or a part of one, as its work has it: until it has settled. What comes after that would be committed by itself, or with somebody else's. */
export class TransactionScope implements DatabaseConnection {
  readonly #asked: Asked;
  #open = true;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#open) return Promise.reject(new Error("the transaction is over: its work has settled, a statement came after it"));
    return this.#asked.executeQuery(query);
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("no streams in a transaction: read in pages, or stream from store.read");
  }

  close(): void {
    this.#open = false;
  }
}
