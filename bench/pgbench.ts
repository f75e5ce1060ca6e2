import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as sql from "./ceiling/statements.ts";
import { pgbench } from "./missing-programs.ts";

const execute = promisify(execFile);

/** A script and the values of its names. */
export type PgbenchScript = { lines: readonly string[]; values: Readonly<Record<string, string | number>> };

/** Transactions a second of PostgreSQL itself, by these statements over 16 connections. */
export async function runPgbench(folder: string, url: string, { lines, values }: PgbenchScript, seconds: number): Promise<number> {
  const file = join(folder, "pgbench.sql");
  await writeFile(file, `${lines.join("\n")}\n`);
  const defined = Object.entries(values).flatMap(([name, value]) => ["-D", `${name}=${value}`]);
  const { stdout } = await execute(pgbench(), ["-n", "-c", "16", "-j", "1", "-M", "prepared", "-T", String(seconds), "-f", file, ...defined, url]);
  const tps = /^tps = ([0-9.]+)/m.exec(stdout)?.[1];
  if (tps === undefined || /failed transactions: [1-9]/.test(stdout)) throw new Error(stdout);
  return Number(tps);
}

const line = (statement: string, end = ";"): string => statement.replaceAll(/\s+/g, " ").trim() + end;

/** The server's page of requests; `:requests` and `:people` are those that its first statement names. */
const requestRows = `
  select r.*, s.product, s.name, s.admin_id from request_party p join change_request r on r.id = p.request_id join service s on s.id = r.service_id
  where p.account_id = :account order by p.request_id desc limit :most`;
const amongThese = (list: string): string => `any((select translate(${list}, '[]', '{}')::bigint[])::bigint[])`;
const requestApprovals = `
  select request_id, account_id, answer, answered_at, sent_at, sent_to, wrong_tries from approval where request_id = ${amongThese(":requests")} order by id`;
const requestPeople = `select id, handle, name from account where id = ${amongThese(":people")}`;

/** What the server asks for each operation. `:most`: one row more than the page has, as a parameter like there: what is fixed is planned otherwise. */
export const readScripts = {
  list: [line(sql.findKey), line(sql.listServices.replace("limit 51", "limit :most"))],
  check: [line(sql.findKey), line(sql.findHolders)],
  requests: [line(sql.findKey), line(requestRows), line(requestApprovals), line(requestPeople)],
};

/** The services that are asked about, each once; `bench_turn` counts them. */
export const askTable = [
  "create table bench_ask (n bigint primary key, service bigint not null, asker bigint not null, newcomer text not null)",
  "create sequence bench_turn",
];

const letter = (account: string): string[] => [
  `\\set account :${account}_id`,
  "\\set hash random(1, 9000000000000000)",
  line(sql.ask.approval.replace(":email", "'person@example.com'"), " \\gset approval_"),
  "\\set approval :approval_id",
  "\\set id random(1, 9000000000000000)",
  line(sql.ask.letter.replace(":email", "'person@example.com'").replace(":letter", "'change-requested'")),
];

/** In the transaction as much as it cannot do without; before it the key, behind it the note by which a COMMIT in doubt is settled. */
export const askScript = [
  line(sql.findKey.replace(":key", ":caller")),
  "select n, service, asker, newcomer from bench_ask where n = (select nextval('bench_turn')) \\gset",
  "begin;",
  line(sql.ask.asker, " \\gset mine_"),
  line(sql.ask.newcomer, " \\gset to_"),
  "\\set to :to_id",
  line(sql.ask.lock),
  line(sql.ask.held),
  line(sql.ask.standing),
  "\\set key :n",
  line(sql.ask.limit),
  line(sql.ask.request, " \\gset request_"),
  "\\set request :request_id",
  line(sql.ask.role),
  line(sql.ask.parties),
  line(sql.ask.call),
  line(sql.ask.log.replace(":handle", "'aa100000-ovh'")),
  ...letter("mine"),
  ...letter("to"),
  "\\set hash random(1, 9000000000000000)",
  line(sql.ask.signature),
  line("insert into operation (id, outcome) values (md5(:hash::text), 'done')"),
  "commit;",
];

/** As long as those of the server. `caller`: the hash of a key. */
export const askValues = (caller: string): Record<string, string | number> => ({
  caller,
  now: Date.now(),
  until: Date.now() + 7 * 86_400_000,
  today: new Date().toISOString().slice(0, 10),
  details: '{"from":"aa100000-ovh","to":"aa100001-ovh","roles":["tech"]}',
  facts: "f".repeat(420),
  sealed: "s".repeat(90),
});
