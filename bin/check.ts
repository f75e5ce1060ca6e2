// The one command that checks all; `npm test` and continuous integration run it.
// `node bin/check.ts` does every stage; `node bin/check.ts lint tests test/panel/*.test.ts` only those named, on those files.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { withTestRun } from "../test/support/test-run.ts";

const root = join(import.meta.dirname, "..");
const tools = join(root, "node_modules/.bin");

/** What looks at the text only: quick, and side by side. */
const looks: Record<string, string[]> = {
  format: ["biome", "check", "--error-on-warnings"],
  lint: ["oxlint", "--deny-warnings", "src", "test", "bin", "faults"],
  types: ["tsc"],
  unused: ["knip", "--no-progress"],
};

const named = process.argv.slice(2);
const stages = named.filter((word) => word in looks || word === "tests");
const files = named.filter((word) => !stages.includes(word));
if (files.length > 0 && !stages.includes("tests")) stages.push("tests");
const wanted = (stage: string): boolean => stages.length === 0 || stages.includes(stage);

const results = await Promise.all(Object.keys(looks).filter(wanted).map(look));
if (results.includes(false)) process.exitCode = 1;
else if (wanted("tests")) process.exitCode = await test();

/** Runs one tool and tells its output only when it found something. */
async function look(stage: string): Promise<boolean> {
  const [tool = "", ...rest] = looks[stage] ?? [];
  const began = performance.now();
  const { code, output } = await run(join(tools, tool), rest, "pipe");
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (code === 0) console.log(`${styleText("green", "✔")} ${stage} (${seconds} s)`);
  else console.log(`${styleText("red", "✖")} ${stage} (${tool})\n${output}`);
  return code === 0;
}

/** Node's own reporter prints last: its closing lines are what continuous integration reads. */
async function test(): Promise<number> {
  const options = ["--test", `--test-concurrency=${availableParallelism()}`, "--test-timeout=300000"];
  const chosen = files.length > 0 ? files : ["test/**/*.test.ts"];
  return withTestRun(async (environment) => (await run(process.execPath, [...options, ...chosen], "inherit", environment)).code);
}

function run(command: string, rest: string[], output: "pipe" | "inherit", environment: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd: root, stdio: ["ignore", output, output], env: { ...process.env, ...environment } });
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output: text }));
  });
}
