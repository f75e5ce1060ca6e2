import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

/** The tables of a database file with their columns, or only these. */
export type Shape = Readonly<Record<string, readonly string[]>>;

export function shapeOf(file: string): Shape {
  return reading(file, (db) => {
    const tables = db.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name").all();
    return Object.fromEntries(tables.map(({ name }) => [String(name), columnsOf(db, String(name))]));
  });
}

function columnsOf(db: DatabaseSync, table: string): string[] {
  return db
    .prepare("select name from pragma_table_info(?) order by cid")
    .all(table)
    .map(({ name }) => String(name));
}

/** A sum over every value in these columns: the same for the same contents, whatever their order on the disk. Settings and notes of migrations are left out. */
export function sumOf(file: string, shape: Shape): string {
  return reading(file, (db) => {
    const hash = createHash("sha256");
    for (const [table, columns] of Object.entries(shape)) {
      if (table === "migration" || table === "setting") continue;
      const names = columns.map((column) => `"${column}"`).join(", ");
      const rows = db.prepare(`select ${names} from "${table}" order by ${names}`);
      rows.setReadBigInts(true);
      hash.update(`${table}\n`);
      for (const row of rows.iterate())
        hash.update(`${JSON.stringify(Object.values(row), (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))}\n`);
    }
    return hash.digest("hex");
  });
}

/** What is wrong with the file by SQLite's own account; empty: nothing. */
export function damageIn(file: string): string[] {
  return reading(file, (db) =>
    [...db.prepare("pragma integrity_check").all(), ...db.prepare("pragma foreign_key_check").all()]
      .map((row) => Object.values(row).join(" "))
      .filter((text) => text !== "ok"),
  );
}

export function countOf(file: string, table: string): number {
  return reading(file, (db) => Number(db.prepare(`select count(*) as rows from "${table}"`).get()?.["rows"]));
}

function reading<T>(file: string, read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file, { timeout: 10_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
