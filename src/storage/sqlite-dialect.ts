import {
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Tables } from "./tables.ts";

/** A Kysely whose statements all run on this connection, at once and in their order; who may use it when is not its affair. */
export function kyselyOn(connection: DatabaseConnection): Kysely<Tables> {
  const provider: ConnectionProvider = { provideConnection: (consumer) => consumer(connection) };
  const executor = new DefaultQueryExecutor(compiler, adapter, provider);
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor });
}

const compiler = new SqliteQueryCompiler();
const adapter = new SqliteAdapter();

/** Transactions begin and end in group-commit.ts only. */
const noTransactions = async (): Promise<never> => {
  throw new Error("transactions are the store's: use store.write");
};

const driver: Driver = {
  init: async () => {},
  acquireConnection: noTransactions,
  beginTransaction: noTransactions,
  commitTransaction: noTransactions,
  rollbackTransaction: noTransactions,
  releaseConnection: async () => {},
  destroy: async () => {},
};

const dialect: Dialect = {
  createDriver: () => driver,
  createQueryCompiler: () => compiler,
  createAdapter: () => adapter,
  createIntrospector: (db) => new SqliteIntrospector(db),
};
