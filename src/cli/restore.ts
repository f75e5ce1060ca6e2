import { closeSync, openSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { checkCopied } from "../actions/check-copied.ts";
import { checkMode } from "../actions/check-mode.ts";
import { checkSecret } from "../actions/check-secret.ts";
import type { Settings } from "../config.ts";
import { DatabaseInUse, PresentDamaged } from "../storage/restore-refused.ts";
import { StoreDamaged } from "../storage/store.ts";
import { Failure, Misuse } from "./failures.ts";
import { isThere } from "./is-there.ts";
import { postgresRestore } from "./postgres-backup.ts";
import { databaseFile, readOperatorSettings, readSettings } from "./read-settings.ts";
import type { Wiring } from "./wiring.ts";

export function addRestore(program: Command, wiring: Wiring): void {
  program
    .command("restore")
    .description("Put a backup in the place of the database, while the system stands still")
    .argument("<file>", "what `backup` wrote; it stays as it is")
    .option("--damaged", "the present database is damaged, and nothing uses it")
    .addHelpText("after", example)
    .action((file: string, options: { damaged?: true }) => restore(wiring, resolve(file), options.damaged === true));
}

const example = `
Stop the server first. The copy is read through before it counts; the database that it replaces is kept beside it. Cut off, it can be done again.

  handover restore /backup/handover-2026-11-21.db
`;

async function restore(wiring: Wiring, file: string, damaged: boolean): Promise<void> {
  const { databaseUrl } = readSettings(wiring.environment, "operate");
  if (databaseUrl !== undefined) throw new Misuse(postgresRestore(databaseUrl, file));
  const settings = readOperatorSettings(wiring.environment);
  refuseOddFile(file, databaseFile(settings));
  const { restoreSqlite } = await import("../storage/sqlite-restore.ts");
  let migrations: string[] = [];
  const check = async (copy: string): Promise<void> => {
    migrations = await checkCopy(wiring, settings, file, copy);
  };
  const kept = await restoreSqlite(file, databaseFile(settings), { check, damaged, keepAs: freeName(settings) }).catch((error: unknown) => {
    throw told(error, file, settings);
  });
  console.log(
    `${databaseFile(settings)} is what ${file} holds${migrations.length > 0 ? `; the next start brings it up to date (${migrations.join(", ")})` : ""}.`,
  );
  if (kept !== undefined) console.log(`What it was before is ${pairOf(kept)}: remove it when nobody needs it any more.`);
}

/** Of a damaged database the log is kept too: it may hold the last that was written. */
function pairOf(kept: string): string {
  const log = `${kept}-wal`;
  return isThere(log) ? `${kept}, with its log ${log}` : kept;
}

function refuseOddFile(file: string, place: string): void {
  if (!isThere(file)) throw new Misuse(`There is no file ${file}.`);
  if (isSameFile(file, place)) throw new Misuse(`${file} is the database itself${file === place ? "" : " by another name"}. Name a backup of it.`);
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) throw new Misuse(`${place}, where the database belongs, is a folder.`);
  refuseStrangeFile(file);
  const log = `${file}-wal`;
  if (isThere(log) && statSync(log).size > 0)
    throw new Failure(
      `Beside ${file} stands ${log}, which holds a part of it: this is no backup but the file of a server. Take one that \`handover backup\` wrote.`,
    );
}

/** Told by its first bytes, before anything calls it damaged. */
function refuseStrangeFile(file: string): void {
  if (statSync(file).isDirectory()) throw new Misuse(`${file} is a folder. Name a file that \`handover backup\` wrote.`);
  const begins = firstBytes(file, sqliteBegins.length);
  if (begins.startsWith("PGDMP")) throw new Failure(`${file} is a dump of PostgreSQL: restore it with pg_restore (docs/operations.md).`);
  if (begins !== sqliteBegins) throw new Failure(`${file} is no Handover backup. Take a file that \`handover backup\` wrote.`);
}

/** https://www.sqlite.org/fileformat.html#magic_header_string */
const sqliteBegins = "SQLite format 3\0";

function firstBytes(file: string, count: number): string {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(count);
    return bytes.toString("latin1", 0, readSync(handle, bytes, 0, count, 0));
  } finally {
    closeSync(handle);
  }
}

/** A restore that was cut off leaves a second name for the database, under which its log would not be found. */
function isSameFile(one: string, other: string): boolean {
  const [here, there] = [statSync(one), statSync(other, { throwIfNoEntry: false })];
  return here.dev === there?.dev && here.ino === there.ino;
}

/** Opens the copy as the server will: the right program, the right secret, the right mode. Gives the migrations that wait. */
async function checkCopy(wiring: Wiring, settings: Settings, file: string, copy: string): Promise<string[]> {
  const context = await wiring.open(settings, { file: copy });
  try {
    const pending = await context.store.pendingMigrations();
    const tables = await context.store.read.introspection.getTables();
    if (!tables.some((table) => table.name === "setting")) throw new Failure(`${file} is no database of this program.`);
    await checkMode(context);
    await checkCopied(context);
    await checkSecret(context);
    return pending;
  } finally {
    await context.store.close();
  }
}

/** The second; one more where it is taken. */
function freeName({ dataFolder }: Settings): string {
  const place = databaseFile({ dataFolder });
  for (let second = Date.now(); ; second += 1000) {
    const time = new Date(second).toISOString().slice(0, 19).replaceAll(":", "-");
    const name = join(dirname(place), `handover-before-${time}.db`);
    if (!isThere(name)) return name;
  }
}

/** The error of a stream has no path. */
const isFull = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOSPC";

function told(error: unknown, file: string, { dataFolder }: Settings): unknown {
  if (error instanceof DatabaseInUse) return new Failure(`${error.message}. Stop the server first, and every command: nothing was changed.`);
  if (error instanceof PresentDamaged)
    return new Failure(
      `${error.message}, so it cannot be seen whether a server still uses it. Make sure that none does, and say --damaged. Nothing was changed.`,
    );
  if (isFull(error)) return new Failure(`There is no room left in ${dataFolder} for a copy of ${file}. Nothing was changed.`);
  if (error instanceof StoreDamaged) return new Failure(`${file} is no whole backup: take another one. Nothing was changed in ${dataFolder}.`);
  return error;
}
