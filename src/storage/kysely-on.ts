import {
  type AbortableQueryOptions,
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
} from "kysely";
import { SqliteCompiler } from "./sqlite-compiler.ts";
import type { Engine } from "./store.ts";
import type { Tables } from "./tables.ts";

/** A Kysely whose statements all run on what `source` is or provides; who may use it when is not its affair. */
export function kyselyOn(source: DatabaseConnection | ConnectionProvider, engine: Engine): Kysely<Tables> {
  const provider: ConnectionProvider = "provideConnection" in source ? source : { provideConnection: (consumer) => consumer(source) };
  const { compiler, adapter, dialect } = languages[engine];
  const executor = new DirectExecutor(compiler, adapter, provider);
  return new Kysely<Tables>({ config: { dialect }, dialect, driver, executor });
}

/** Asks the connection and nothing between. Whatever is plugged in makes an executor of Kysely's own. */
class DirectExecutor extends DefaultQueryExecutor {
  override executeQuery<R>(query: CompiledQuery, options?: AbortableQueryOptions): Promise<QueryResult<R>> {
    return options ? super.executeQuery(query, options) : this.provideConnection((connection) => connection.executeQuery<R>(query));
  }
}

/** Transactions begin and end in the stores only. */
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

const languages = { sqlite: sqlite(), postgres: postgres() };

function sqlite() {
  const [compiler, adapter] = [new SqliteCompiler(), new SqliteAdapter()];
  return { compiler, adapter, dialect: dialectOf({ compiler, adapter, introspector: (db) => new SqliteIntrospector(db) }) };
}

function postgres() {
  const [compiler, adapter] = [new PostgresQueryCompiler(), new PostgresAdapter()];
  return { compiler, adapter, dialect: dialectOf({ compiler, adapter, introspector: (db) => new PostgresIntrospector(db) }) };
}

type Language = {
  compiler: ReturnType<Dialect["createQueryCompiler"]>;
  adapter: ReturnType<Dialect["createAdapter"]>;
  introspector: Dialect["createIntrospector"];
};

function dialectOf({ compiler, adapter, introspector }: Language): Dialect {
  return { createDriver: () => driver, createQueryCompiler: () => compiler, createAdapter: () => adapter, createIntrospector: introspector };
}
