import { CopyDiffers, RowFaults } from "./copy-refused.ts";
import type { CopySource } from "./copy-source.ts";
import { type CopyTable, keyOf, type Row } from "./copy-tables.ts";
import type { CopyTarget } from "./copy-target.ts";

/** Reads both sides in the same order and compares every value. Throws CopyDiffers. */
export async function verifyCopy(source: CopySource, target: CopyTarget, tables: readonly CopyTable[], read: (rows: number) => void): Promise<void> {
  const faults = new RowFaults();
  for (const table of tables) await verifyTable(source, target, table, { faults, read });
  if (faults.count > 0) throw new CopyDiffers(faults);
}

/** Whether both sides are the same; they are read up to the first table that differs. */
export async function isSame(source: CopySource, target: CopyTarget, tables: readonly CopyTable[], read: (rows: number) => void): Promise<boolean> {
  for (const table of tables) {
    const faults = new RowFaults();
    await verifyTable(source, target, table, { faults, read });
    if (faults.count > 0) return false;
  }
  return true;
}

type Report = { faults: RowFaults; read: (rows: number) => void };

async function verifyTable(source: CopySource, target: CopyTarget, table: CopyTable, { faults, read }: Report): Promise<void> {
  const tell = (row: Row, what: string): void => faults.add({ table: table.name, key: keyOf(table, row), what });
  const wanted = source.rows(table);
  let here = wanted.next();
  const goOn = (): void => {
    here = wanted.next();
    read(1);
  };
  for await (const there of target.rows(table)) {
    while (!here.done && compareKeys(table, here.value, there) < 0) {
      tell(here.value, "is missing in PostgreSQL");
      goOn();
    }
    if (here.done || compareKeys(table, here.value, there) > 0) {
      tell(there, "is in PostgreSQL only");
      continue;
    }
    const other = table.columns.filter((_, place) => here.value?.[place] !== there[place]);
    if (other.length > 0) tell(there, `differs in ${other.map(({ name }) => name).join(", ")}`);
    goOn();
  }
  for (; !here.done; goOn()) tell(here.value, "is missing in PostgreSQL");
}

/** Below 0: `one` comes first, in the order in which both sides are read. */
function compareKeys(table: CopyTable, one: Row, other: Row): number {
  for (const place of table.key) {
    const [a, b] = [one[place] ?? "", other[place] ?? ""];
    if (a === b) continue;
    if (table.columns[place]?.type === "text") return Buffer.compare(Buffer.from(a), Buffer.from(b));
    return BigInt(a) < BigInt(b) ? -1 : 1;
  }
  return 0;
}
