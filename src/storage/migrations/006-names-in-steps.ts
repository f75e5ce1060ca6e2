import { type Kysely, sql } from "kysely";
import type { Store } from "../store.ts";

/**
 * SQLite's index of names in the order of names (decision 9), so that a page of what many hold is found at its beginning. Filled anew by the chore that filled the
 * one before; that has another name, so that a process of the version before cannot take the new rows for the old ones.
 */
export async function up(db: Kysely<unknown>, engine: Store["engine"]): Promise<void> {
  for (const statement of engine === "sqlite" ? sqlite : []) await sql.raw(statement).execute(db);
}

/** The row of a name: the step in which it lies, and its service. */
const placeOf = (row: "old" | "new"): string => `select (id << 32) | ${row}.service_id as place, ${row}.name as name from searched_step
  where account_id = ${row}.account_id and from_name <= ${row}.name order by from_name desc limit 1`;

const comes = `insert or replace into searched_part (rowid, name) ${placeOf("new")}`;
const goes = `delete from searched_part where rowid = (select place from (${placeOf("old")}))`;
const isSearched = (row: "old" | "new"): string => `exists (select 1 from searched_account where account_id = ${row}.account_id)`;

/** Steps of an account: names that lie about evenly among its own, the first of all empty. They stand side by side and stay as they are. */
const sqlite = [
  `drop trigger searched_name_comes`,
  `drop trigger searched_name_goes`,
  `drop trigger searched_name_changes`,
  `drop table searched_name`,
  `delete from searched_account`,
  `create table searched_step (id integer primary key, account_id bigint not null references account, from_name text not null)`,
  `create unique index searched_step_by_name on searched_step (account_id, from_name)`,
  `create virtual table searched_part using fts5 (name, tokenize = 'trigram', detail = none, content = '', contentless_delete = 1)`,
  `create trigger searched_part_comes after insert on membership when ${isSearched("new")} begin ${comes}; end`,
  `create trigger searched_part_goes after delete on membership when ${isSearched("old")} begin ${goes}; end`,
  `create trigger searched_part_changes after update of account_id, service_id, name on membership
    when ${isSearched("old")} or ${isSearched("new")} begin ${goes}; ${comes}; end`,
];
