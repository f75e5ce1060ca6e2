import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mark } from "./mark-of-run.ts";
import { createTemplate, dropDatabase } from "./postgres-databases.ts";
import { startPostgres } from "./postgres-server.ts";

export const engines = ["sqlite", "postgres"] as const;
export type Engine = (typeof engines)[number];

/** What Node has compiled once it need not compile for every file of tests: a third of their processor time. */
const compiled = join(import.meta.dirname, "../../node_modules/.cache/compiled");

/**
 * Runs the tests on this engine with a folder of their own for temporary files, and looks afterwards whether they left anything:
 * a file there or, on Linux, a process. What is left fails a run that else passed. Gives the exit code.
 */
export async function withTestRun(engine: Engine, run: (environment: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "handover-tests-"));
  try {
    const code = await onEngine(engine, (environment) => run({ ...environment, TMPDIR: folder, NODE_COMPILE_CACHE: compiled, [mark]: folder }));
    const left = [...readdirSync(folder).map((name) => `file ${join(folder, name)}`), ...(await processesOf(folder))];
    for (const one of left) console.error(`left behind by the tests: ${one}`);
    return code === 0 && left.length > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** On PostgreSQL one server serves the whole run: the one that `TEST_POSTGRES_URL` names (a superuser's), else one of its own. */
async function onEngine(engine: Engine, run: (environment: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  if (engine === "sqlite") return run({ TEST_ENGINE: engine });
  const given = process.env["TEST_POSTGRES_URL"];
  const server = given ? undefined : await startPostgres();
  try {
    const { url, template } = await createTemplate(given ?? server?.url("postgres") ?? "");
    const code = await run({ TEST_ENGINE: engine, TEST_POSTGRES_URL: url, TEST_POSTGRES_TEMPLATE: template });
    await dropDatabase(url, template);
    return code;
  } finally {
    await server?.stop();
  }
}

/** Processes that still carry the mark of this run; one that is just ending gets a moment. */
async function processesOf(folder: string, triesLeft = 20): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const found = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name) && readFrom(name, "environ").includes(`${mark}=${folder}\0`));
  if (found.length === 0 || triesLeft === 0) return found.map((id) => `process ${id} ${readFrom(id, "cmdline").replaceAll("\0", " ")}`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return processesOf(folder, triesLeft - 1);
}

function readFrom(id: string, file: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}
