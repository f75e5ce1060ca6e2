import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { benchContext } from "../faults/support/bench-context.ts";
import { openSqlite } from "../src/storage/sqlite.ts";
import type { Store } from "../src/storage/store.ts";
import { siteSecrets } from "./bench-keys.ts";
import { provideRoom } from "./copy-database.ts";
import { fill } from "./fill.ts";
import { type Furniture, furnish, type Person } from "./furnish.ts";
import { indexAllNames } from "./index-all-names.ts";

/** A provider's site, and what a load has to know of it. `filled`: services a second. */
export type Site = Furniture & { rows: number; filled: number; small: Person; middle: Person; huge: Person & { services: number } };

/** Raised with everything that is filled otherwise: older caches are left alone. */
const edition = 5;

/** Of the two accounts between the crowd and the huge one. */
export const sizes = [1000, 10_000] as const;

/** The folder with the filled embedded database `handover.db`, and what is in it. */
export type Prepared = { prepared: string; site: Site };

/** On the disk, with what a load needs. */
const bytesEach = 1000;

/** Made once, then found again. `answers`: so many requests wait for their answers. */
export async function prepareSite(cache: string, rows: number, answers: number): Promise<Prepared> {
  const folder = join(cache, `sqlite-${rows}-${answers}-${edition}`);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    await provideRoom(cache, rows * bytesEach);
    console.error(`filling a site of ${rows.toLocaleString("en")} services, once, into ${folder}`);
    const part = await mkdtemp(`${folder}.part-`);
    try {
      const store = await openSqlite({ file: join(part, "handover.db"), clock: Date.now });
      const site = await fillSite(store, rows, answers).finally(() => store.close());
      await writeFile(join(part, "site.json"), JSON.stringify(site));
      // Another run may have made the same meanwhile.
      if (!existsSync(folder)) await rename(part, folder);
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  }
  return { prepared: folder, site: JSON.parse(await readFile(join(folder, "site.json"), "utf8")) as Site };
}

/** Fills an empty database. */
export async function fillSite(store: Store, rows: number, answers: number): Promise<Site> {
  await store.migrate();
  const began = performance.now();
  const people = await fill(store, rows, sizes);
  const seconds = (performance.now() - began) / 1000;
  const [small, middle] = people.more;
  if (!small || !middle) throw new Error("nobody has more services");
  const context = benchContext(store, siteSecrets);
  await indexAllNames(context);
  const furniture = await furnish(context, people, answers);
  return { ...furniture, rows, filled: rows / seconds, small, middle, huge: { ...people.huge, services: people.hugeServices } };
}
