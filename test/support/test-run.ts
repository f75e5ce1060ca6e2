import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const mark = "TEST_RUN_OF_HANDOVER";

/**
 * Runs the tests with a folder of their own for temporary files, and looks afterwards whether they left anything:
 * a file there or, on Linux, a process. What is left fails a run that else passed. Gives the exit code.
 */
export async function withTestRun(run: (environment: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "handover-tests-"));
  try {
    const code = await run({ TMPDIR: folder, [mark]: folder });
    const left = [...readdirSync(folder).map((name) => `file ${join(folder, name)}`), ...(await processesOf(folder))];
    for (const one of left) console.error(`left behind by the tests: ${one}`);
    return code === 0 && left.length > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
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
