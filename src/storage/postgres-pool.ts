import type { Socket } from "node:net";
import pg from "pg";
import { PostgresConnection, StatementNames } from "./postgres-connection.ts";
import { PostgresFault, postgresError } from "./postgres-errors.ts";
import { keepAlive, PostgresUnfit, type Purpose, prepareSession } from "./postgres-session.ts";

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
  readonly #open = new Set<pg.ClientBase>();
  readonly #lent = new Set<pg.ClientBase>();
  #current: pg.Pool;
  #closed: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#current = this.#newPool();
  }

  /** Lends a connection for the time of `work`. Throws a PostgresFault where there is none to be had. */
  async use<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const { connection, giveBack } = await this.lend();
    try {
      return await work(connection);
    } finally {
      giveBack();
    }
  }

  /** The same until it is given back. */
  async lend(): Promise<{ connection: PostgresConnection; giveBack: () => void }> {
    const { pool, client } = await this.#borrow();
    const connection = new PostgresConnection(client, { names: this.#names, types, timeout: answerTimeouts[this.#options.purpose] });
    return { connection, giveBack: () => this.#giveBack(pool, client, connection) };
  }

  /** Those who have a connection finish. */
  async close(): Promise<void> {
    this.#closed ??= this.#end(this.#current);
    await this.#closed;
  }

  /** Whoever waited in a pool that was given up meanwhile waits once more in the one after it. */
  async #borrow(): Promise<{ pool: pg.Pool; client: pg.PoolClient }> {
    if (this.#closed) throw new Error("the store is closed");
    const pool = this.#current;
    try {
      return { pool, client: await pool.connect() };
    } catch (error) {
      const next = this.#current;
      if (next === pool) throw connectFault(error);
      return { pool: next, client: await next.connect().catch((again: unknown) => Promise.reject(connectFault(again) as Error)) };
    }
  }

  #newPool(): pg.Pool {
    const { url, connections, purpose } = this.#options;
    // The pool waits for what this gives, which its types do not tell.
    const prepare: (client: pg.ClientBase) => unknown = (client) => prepareOrDrop(client, purpose);
    const pool = new pg.Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectTimeout,
      idleTimeoutMillis: 60_000,
      ...keepAlive,
      application_name: "handover",
      types,
      Client: ClosingClient,
      onConnect: prepare,
    });
    // Idle connections that break are taken out by the pool; that the server has gone is told to the next who asks for it.
    pool.on("error", () => {});
    pool.on("connect", (client) => this.#watch(client));
    pool.on("acquire", (client) => this.#lent.add(client));
    pool.on("release", (_error, client) => this.#lent.delete(client));
    return pool;
  }

  #watch(client: pg.ClientBase): void {
    this.#open.add(client);
    client.on("error", () => {});
    client.once("end", () => this.#open.delete(client));
  }

  #giveBack(pool: pg.Pool, client: pg.PoolClient, { lost }: PostgresConnection): void {
    if (lost) socketOf(client)?.destroy();
    client.release(lost !== undefined);
    if (this.#closed || this.#current !== pool) return socketOf(client)?.destroySoon();
    if (!lost) return;
    void this.#end(pool);
    this.#current = this.#newPool();
  }

  /** Says goodbye, but does not wait for a server that may never answer: an open socket would keep the process alive. */
  async #end(pool: pg.Pool): Promise<void> {
    const ended = pool.end().catch(() => {});
    for (const client of this.#open) if (!this.#lent.has(client)) socketOf(client)?.destroySoon();
    await ended;
  }
}

/** One that cannot connect leaves no socket open, which the server would count, and this process wait for. */
class ClosingClient extends pg.Client {
  constructor(options?: pg.ClientConfig) {
    super(options);
    const connect = this.connect.bind(this) as unknown as (callback: (error: Error | null) => void) => void;
    const connectOrClose = (callback: (error: Error | null) => void): void =>
      connect((error) => {
        if (error) socketOf(this)?.destroy();
        callback(error);
      });
    Object.assign(this, { connect: connectOrClose });
  }
}

async function prepareOrDrop(client: pg.ClientBase, purpose: Purpose): Promise<void> {
  try {
    await prepareSession(client, purpose);
  } catch (error) {
    // Else the pool would wait for its orderly end.
    socketOf(client)?.destroy();
    throw error;
  }
}

function socketOf(client: pg.ClientBase | pg.Client): Socket | undefined {
  return (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;
}

/** Refused or not reachable; what a password or a name has wrong stays as it is. */
function connectFault(error: unknown): unknown {
  // The driver's own words, without a code, where a server asks for a password and there is none.
  if (error instanceof Error && error.message.includes("client password must be a string"))
    return new PostgresUnfit("it asks for a password. Put it into the URL (postgres://user:password@host/database), or into PGPASSWORD.");
  const told = postgresError(error);
  return told instanceof PostgresFault ? new PostgresFault(told.cause, { connectionLost: true, again: false }) : told;
}

/** Ids, times and sums fit into 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);
