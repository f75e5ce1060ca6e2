import type { FilledDatabase } from "./filled-database.ts";

/** Of one operation: processor time (ms), questions to a server, and bytes of the write-ahead log. Undefined where the database runs within the node. */
export type Cost = { node: number; database: number | undefined; trips: number | undefined; written: number };

/** Processor time, unlike the clock on the wall, hardly depends on what else the machine does. */
export async function costOf(filled: FilledDatabase, times: number, run: () => Promise<unknown>): Promise<Cost> {
  const [written, database, trips] = [await filled.written(), filled.databaseTime(), filled.roundTrips()];
  const node = process.cpuUsage();
  for (let time = 0; time < times; time++) await run();
  const { user, system } = process.cpuUsage(node);
  const each = (before: number | undefined, after: number | undefined): number | undefined =>
    before === undefined || after === undefined ? undefined : (after - before) / times;
  return {
    node: (user + system) / 1000 / times,
    database: each(database, filled.databaseTime()),
    trips: each(trips, filled.roundTrips()),
    written: ((await filled.written()) - written) / times,
  };
}
