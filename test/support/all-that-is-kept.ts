import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { World } from "./world.ts";

/** Whatever somebody could read who got hold of the data: each file of the folder, and each table of a PostgreSQL. */
export async function allThatIsKept({ store, settings }: Pick<World, "store" | "settings">): Promise<string[]> {
  const folder = settings.dataFolder;
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), "latin1"));
  if (store.engine === "sqlite") return files;
  const tables = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(store.read);
  for (const { name } of tables.rows) {
    const rows = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} as t`.execute(store.read);
    files.push(rows.rows.map(({ row }) => row).join("\n"));
  }
  return files;
}
