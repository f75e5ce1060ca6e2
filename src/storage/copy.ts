import { checkSource } from "./copy-check.ts";
import { digestOf } from "./copy-digest.ts";
import { CopyRefused, UnfitRows } from "./copy-refused.ts";
import { CopySource } from "./copy-source.ts";
import { type CopyTable, keyOf, matchTables, type Row, tablesToCopy } from "./copy-tables.ts";
import { CopyTarget, type Place } from "./copy-target.ts";
import { isSame, verifyCopy } from "./copy-verify.ts";
import { openPostgres } from "./postgres.ts";
import { DatabaseNewer, DatabaseOlder } from "./store.ts";

/** Each row is read four times: to know these data again, before a row is written, to be written, and to be compared with what was written. */
export type Step = "read" | "check" | "copy" | "verify";

export type CopyOptions = {
  /** The embedded database; nobody else may have it open. */
  file: string;
  /** An empty PostgreSQL database, or one with the beginning of this very copy. */
  url: string;
  /** Told before each step how many rows it has, and then after some of them. */
  began?: (step: Step, rows: number) => void;
  went?: (rows: number) => void;
  rowsAPage?: number;
};

/** Rows by table; `resumed`: how many of them stood there already. */
export type Copied = { rows: ReadonlyMap<string, number>; resumed: number };

/** Of all values of one page: rows may be long. */
const lettersAPage = 4_000_000;

/**
 * Copies everything from SQLite to PostgreSQL, in pages, each in one transaction with the place reached: cut off anywhere, the same call goes on
 * from there. In the end all of it is compared. Throws CopyRefused, UnfitRows, CopyDiffers, or StoreUnavailable when the way to PostgreSQL breaks.
 */
export async function copyDatabase(options: CopyOptions): Promise<Copied> {
  const source = await CopySource.open(options.file);
  try {
    const target = await CopyTarget.open(options.url);
    try {
      const tables = tablesToCopy(source.tables());
      options.began?.(
        "read",
        tables.reduce((sum, { name }) => sum + source.size(name), 0),
      );
      const digest = await digestOf(source, tables, options.went ?? (() => {}));
      const filled = await target.mark(digest);
      return await copyInto(source, target, { digest, filled }, options).catch(async (error: unknown) => {
        // Before anything was copied: once it is mended, other data go there.
        if (refusals.some((kind) => error instanceof kind)) await target.unmark();
        throw error;
      });
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

const refusals = [UnfitRows, CopyRefused, DatabaseNewer, DatabaseOlder];

async function migrateTarget(url: string): Promise<void> {
  const store = await openPostgres({ url, connections: 1 });
  try {
    await store.migrate();
  } finally {
    await store.close();
  }
}

/** A database that is filled may be this copy, of whose end nobody was told. It is never brought up to date: whose it is may still run on it. */
async function copyInto(source: CopySource, target: CopyTarget, to: { digest: string; filled: string[] }, options: CopyOptions): Promise<Copied> {
  if (to.filled.length === 0) await migrateTarget(options.url);
  else if (source.migrations().join() !== (await target.migrations()).join()) throw await target.foreign(to.filled);
  return copyAll(source, target, to.digest, options);
}

async function copyAll(source: CopySource, target: CopyTarget, digest: string, options: CopyOptions): Promise<Copied> {
  const { began = () => {}, went = () => {} } = options;
  await checkVersions(source, target);
  const tables = matchTables(source.tables(), await target.tables());
  const reached = await target.place();
  const rows = new Map(tables.map((table) => [table.name, source.size(table.name)]));
  const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
  const filled = reached ? [] : await target.filled();
  if (filled.length > 0) {
    // Whoever filled it since it was marked is no copy.
    await target.unmark();
    began("verify", total);
    // The answer to the last commit of a copy may have been lost: the mark is gone, and whoever runs it again was told that it had failed.
    if (await isSame(source, target, tables, went)) return { rows, resumed: total };
    throw await target.foreign(filled);
  }
  began("check", total);
  await checkSource(source, tables, went);
  const place = await beginOrGoOn(target, digest, tables, reached);
  const left = tables.slice(tables.findIndex(({ name }) => name === place.table));
  const toCopy = left.reduce((sum, table) => sum + source.count(table, table.name === place.table ? place.after : undefined), 0);
  began("copy", toCopy);
  const end = await copyTables(source, target, left, { place, went, rowsAPage: options.rowsAPage ?? 2_000 });
  for (const table of tables) await target.raise(table, source.highest(table));
  await target.analyze();
  began("verify", total);
  await verifyCopy(source, target, tables, went);
  await target.finish(end);
  return { rows, resumed: total - toCopy };
}

async function checkVersions(source: CopySource, target: CopyTarget): Promise<void> {
  const [here, there] = [source.migrations(), await target.migrations()];
  if (there.some((name) => !here.includes(name))) throw new DatabaseOlder();
  const newer = here.filter((name) => !there.includes(name));
  if (newer.length > 0) throw new DatabaseNewer(newer);
}

async function beginOrGoOn(target: CopyTarget, source: string, tables: readonly CopyTable[], reached: Place | undefined): Promise<Place> {
  if (reached) return reached;
  const place = { source, table: tables[0]?.name ?? "" };
  await target.begin(place);
  return place;
}

type Way = { place: Place; went: (rows: number) => void; rowsAPage: number };

/** Gives the last place. */
async function copyTables(source: CopySource, target: CopyTarget, tables: readonly CopyTable[], { place, went, rowsAPage }: Way): Promise<Place> {
  let at = place;
  for (const table of tables) {
    for (const page of pagesOf(source.rows(table, table.name === place.table ? place.after : undefined), rowsAPage)) {
      const to = { source: place.source, table: table.name, after: keyOf(table, page.at(-1) ?? []) };
      await target.write(table, page, at, to);
      at = to;
      went(page.length);
    }
  }
  return at;
}

function* pagesOf(rows: Iterable<Row>, most: number): Generator<Row[]> {
  let page: Row[] = [];
  let letters = 0;
  for (const row of rows) {
    page.push(row);
    for (const value of row) letters += value?.length ?? 0;
    if (page.length < most && letters < lettersAPage) continue;
    yield page;
    page = [];
    letters = 0;
  }
  if (page.length > 0) yield page;
}
