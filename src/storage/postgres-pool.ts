import pg from "pg";
import { PostgresConnection, StatementNames } from "./postgres-connection.ts";
import { PostgresFault, postgresError } from "./postgres-errors.ts";
import { type Purpose, prepareSession } from "./postgres-session.ts";

/** ms: longer than the server itself waits for locks or works on a statement (postgres-session.ts). */
const answerTimeouts = { read: 12_000, write: 12_000, migrate: 24 * 3600_000 } satisfies Record<Purpose, number>;
/** ms for a free connection, new ones included. */
const connectTimeout = 3_000;
/** Texts of statements that each connection keeps prepared. */
const statementsKept = 500;

export type PoolOptions = { url: string; connections: number; purpose: Purpose };

/** Connections to one server, opened when they are needed, and given up all together when one is found to be lost: the others of its time are hardly better. */
export class PostgresPool {
  readonly #options: PoolOptions;
  readonly #names = new StatementNames(statementsKept);
  #current: pg.Pool;
  #closed: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#current = this.#open();
  }

  /** Lends a connection for the time of `work`. Throws a PostgresFault where there is none to be had. */
  async use<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error("the store is closed");
    const pool = this.#current;
    const client = await pool.connect().catch((error: unknown) => {
      throw connectFault(error);
    });
    const connection = new PostgresConnection(client, this.#names, answerTimeouts[this.#options.purpose]);
    try {
      return await work(connection);
    } finally {
      this.#giveBack(pool, client, connection);
    }
  }

  /** Those who have a connection finish. */
  async close(): Promise<void> {
    this.#closed ??= this.#current.end();
    await this.#closed;
  }

  #open(): pg.Pool {
    const { url, connections, purpose } = this.#options;
    // The pool waits for what this gives, which its types do not tell.
    const prepare: (client: pg.ClientBase) => unknown = (client) => prepareSession(client, purpose);
    const pool = new pg.Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectTimeout,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      application_name: "handover",
      types,
      onConnect: prepare,
    });
    // Idle connections that break are taken out by the pool; that the server has gone is told to the next who asks for it.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    return pool;
  }

  #giveBack(pool: pg.Pool, client: pg.PoolClient, connection: PostgresConnection): void {
    if (!connection.lost) return client.release();
    destroy(client);
    client.release(true);
    if (this.#current !== pool) return;
    this.#current = this.#open();
    void pool.end().catch(() => {});
  }
}

/** At once: an orderly farewell would wait for a server that may never answer. */
function destroy(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}

/** Refused or not reachable; what a password or a name has wrong stays as it is. */
function connectFault(error: unknown): unknown {
  const told = postgresError(error);
  return told instanceof PostgresFault ? new PostgresFault(told.cause, { connectionLost: true, again: false }) : told;
}

/** Ids, times and sums fit into 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);
