import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { StoreUnavailable } from "./store.ts";

/** The connection as one writer's work has it: until it has settled, and while the group's transaction stands. */
export class TransactionScope implements DatabaseConnection {
  readonly #connection: SqliteConnection;
  #open = true;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#open) throw new Error("the transaction is over: its work has settled, a statement came after it");
    // Without a transaction the statement would be committed by itself.
    if (!this.#connection.raw.isTransaction) throw new StoreUnavailable("the transaction was rolled back");
    return this.#connection.executeQuery(query);
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("no streams in a transaction: read in pages, or stream from store.read");
  }

  close(): void {
    this.#open = false;
  }
}
