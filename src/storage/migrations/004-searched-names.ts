import { type Kysely, sql } from "kysely";
import type { Store } from "../store.ts";

/**
 * The names of large accounts, as search finds them (decision 9). Which accounts these are, and the names that they have already, is written
 * while the system runs (index-names.ts): nothing here takes longer with more services. Triggers keep it, so that no writer can forget it.
 */
export async function up(db: Kysely<unknown>, engine: Store["engine"]): Promise<void> {
  for (const statement of [...both, ...own[engine]]) await sql.raw(statement).execute(db);
}

const both = [
  `create table searched_account (account_id bigint primary key references account, reached bigint)`,
  `create index searched_account_unready on searched_account (account_id) where reached is not null`,
  `create index membership_count_large on membership_count (account_id) where services >= 2000`,
];

/** Each row is a membership, whose two keys are the row's number: the rows of an account stand side by side in the list of every trigram. */
const sqlite = [
  `create virtual table searched_name using fts5 (name, tokenize = 'trigram', detail = none, content = '', contentless_delete = 1)`,
  `create trigger searched_name_comes after insert on membership when exists (select 1 from searched_account where account_id = new.account_id) begin
    insert or replace into searched_name (rowid, name) values ((new.account_id << 32) | new.service_id, new.name); end`,
  `create trigger searched_name_goes after delete on membership when exists (select 1 from searched_account where account_id = old.account_id) begin
    delete from searched_name where rowid = (old.account_id << 32) | old.service_id; end`,
  `create trigger searched_name_changes after update of account_id, service_id, name on membership begin
    delete from searched_name where rowid = (old.account_id << 32) | old.service_id;
    insert into searched_name (rowid, name) select (new.account_id << 32) | new.service_id, new.name
      where exists (select 1 from searched_account where account_id = new.account_id); end`,
];

/** Each term begins with its account, so that no search looks at the names of others. Without fastupdate, whose list every search would read through. */
const postgres = [
  `create function name_parts(account bigint, name text) returns text[] language plpgsql immutable strict parallel safe cost 1000 as $$
    declare
      small text := lower(name collate "C");
      parts text[] := '{}';
    begin
      for at in 1 .. length(small) - 2 loop
        parts[at] := account || ' ' || substr(small, at, 3);
      end loop;
      return parts;
    end $$`,
  `create table searched_name (account_id bigint not null, service_id bigint not null, name text collate "C" not null, primary key (account_id, service_id))`,
  `create index searched_name_by_part on searched_name using gin ((name_parts(account_id, name)) collate "C") with (fastupdate = off)`,
  `create function keep_searched_name() returns trigger language plpgsql as $$ begin
    if tg_op <> 'INSERT' then
      delete from searched_name where account_id = old.account_id and service_id = old.service_id;
    end if;
    if tg_op <> 'DELETE' and exists (select from searched_account where account_id = new.account_id) then
      insert into searched_name values (new.account_id, new.service_id, new.name) on conflict do nothing;
    end if;
    return null;
  end $$`,
  `create trigger searched_name_kept after insert or delete or update of account_id, service_id, name on membership
    for each row execute function keep_searched_name()`,
];

const own: Record<Store["engine"], readonly string[]> = { sqlite, postgres };
