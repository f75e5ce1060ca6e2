import type { ClientBase, QueryResult } from "pg";
import { StoreUnavailable } from "./store.ts";

/** The database is there, but not fit for what Handover promises; the message says what to do. */
export class PostgresUnfit extends Error {
  override readonly name = "PostgresUnfit";
}

/** How a connection finds, while it waits for an answer, that the way is dead: the system asks after ten seconds, by itself only after two hours. */
export const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;

/** The same for the server: a session whose client has gone must not hold its locks for long. */
const askForClient = `set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = '20s'`;

/** `lock_timeout` is shorter than what people wait for; a transaction whose node has died must not hold its locks for long. */
const limits = `${askForClient}; set lock_timeout = '4s'; set statement_timeout = '10s'; set idle_in_transaction_session_timeout = '10s'`;

/** What a connection is for: migrations take as long as they take. */
export type Purpose = "read" | "write" | "migrate";

const ways: Record<Purpose, string> = {
  read: `${limits}; set default_transaction_read_only = on`,
  write: limits,
  migrate: `${askForClient}; set lock_timeout = 0; set statement_timeout = 0`,
};

/** What is confirmed is on the disk (and on the synchronous standby where there is one), whatever the server's own default is. */
const alike = `set default_transaction_isolation = 'read committed'; set client_min_messages = warning;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local')`;

const facts = `select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync,
  current_setting('full_page_writes') as full_page_writes, current_setting('server_encoding') as encoding,
  current_setting('transaction_read_only') as read_only`;

type Facts = { version: number; fsync: string; full_page_writes: string; encoding: string; read_only: string };

/** Sets a new connection up, and refuses a server on which promises could not be kept. */
export async function prepareSession(client: ClientBase, purpose: Purpose): Promise<void> {
  const script = { text: `${ways[purpose]}; ${alike}; ${facts}`, query_timeout: 5_000 };
  const answers = (await client.query(script)) as unknown as QueryResult<Facts>[];
  const found = answers.at(-1)?.rows[0];
  if (!found) throw new StoreUnavailable("the database did not say what it is");
  if (found.read_only === "on") throw new StoreUnavailable("the database only reads: it is a standby, or was told to");
  const fault = faultOf(found);
  if (fault) throw new PostgresUnfit(fault);
}

function faultOf(found: Facts): string | undefined {
  if (found.version < 140_000) return `PostgreSQL ${Math.floor(found.version / 10_000)} is too old: 14 or newer is needed.`;
  if (found.encoding !== "UTF8") return `the database is encoded in ${found.encoding}: create it with encoding UTF8.`;
  if (found.fsync !== "on" || found.full_page_writes !== "on")
    return `the server runs with fsync ${found.fsync} and full_page_writes ${found.full_page_writes}: both must be on, or what was confirmed can be lost.`;
  return undefined;
}
