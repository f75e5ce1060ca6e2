import type { Site } from "./site.ts";

/** Of one operation: processor time (ms), and bytes of the write-ahead log. `database`: undefined where it runs within the node. */
export type Cost = { node: number; database: number | undefined; written: number };

/** Processor time, unlike the clock on the wall, hardly depends on what else the machine does. */
export async function costOf(site: Site, times: number, run: () => Promise<unknown>): Promise<Cost> {
  const [written, database] = [await site.written(), site.databaseTime()];
  const node = process.cpuUsage();
  for (let time = 0; time < times; time++) await run();
  const { user, system } = process.cpuUsage(node);
  const after = site.databaseTime();
  return {
    node: (user + system) / 1000 / times,
    database: database === undefined || after === undefined ? undefined : (after - database) / times,
    written: ((await site.written()) - written) / times,
  };
}
