import { type ExecFileOptions, execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const { platform, arch } = process;
/** Brings Node's headers along, for which its addons are compiled. */
const nodePackage = `node-${platform}-${arch}`;

/**
 * Directus 11.3 with the Node of its time. It loads isolated-vm whenever it starts, and its own version of that has to be downloaded or compiled; a newer one carries the
 * addon in its package. No package carries SQLite's, which is compiled here.
 */
const wanted = {
  private: true,
  dependencies: { directus: "11.3.5", sqlite3: "5.1.7", "node-gyp": "13.1.0", [nodePackage]: "22.23.3" },
  overrides: { "isolated-vm": "6.1.2" },
};

/** ms; a machine without the registry must not hold up the others' figures for ever. */
const timeout = 1_800_000;

/** The Node that runs Directus. */
export const nodeOf = (folder: string): string => join(folder, "node_modules", nodePackage, "bin/node");

/** From the package registry only, without any package's own scripts: they would download from elsewhere. Takes minutes, once. */
export async function installDirectus(folder: string): Promise<void> {
  if (platform !== "linux") throw new Error(`no Node 22 is packaged for ${platform}`);
  const stamp = join(folder, "installed");
  const version = createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
  if ((await readFile(stamp, "utf8").catch(() => "")) === version) return;
  for (const old of ["node_modules", "package-lock.json", "data", "installed"]) await rm(join(folder, old), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify(wanted));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"], {
    cwd: folder,
    env: plainEnvironment(),
  });
  await compileSqlite(folder);
  await writeFile(stamp, version);
}

async function compileSqlite(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const gyp = join(modules, "node-gyp/bin/node-gyp.js");
  const plain = plainEnvironment();
  const environment = { ...plain, PATH: `${join(modules, nodePackage, "bin")}:${plain["PATH"]}` };
  await run(nodeOf(folder), [gyp, "rebuild", "--release", `--nodedir=${join(modules, nodePackage)}`], {
    cwd: join(modules, "sqlite3"),
    env: environment,
  });
}

/** What fails is said in one line: the first in which the program speaks of an error. */
async function run(program: string, argv: string[], options: ExecFileOptions): Promise<void> {
  await promisify(execFile)(program, argv, { ...options, maxBuffer: 1e8, timeout }).catch((thrown: unknown) => {
    const error = thrown as Error & { stderr?: string; killed?: boolean };
    const why = error.killed ? `took longer than ${timeout / 60_000} minutes` : error.stderr?.split("\n").find((line) => /error|ERR!/i.test(line));
    throw new Error(`${[program, argv[0]].join(" ")}: ${why ?? error.message}`);
  });
}

/** Without what `npm run` says of this project, and without its Node: the machine's own npm knows where the registry is and whom to trust only beside the machine's own Node. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const path = process.env["PATH"]?.split(":").filter((folder) => !folder.endsWith("node_modules/.bin"));
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"))), PATH: path?.join(":") };
}
