// The one command that checks all; `npm test` and continuous integration run it.
// `node bin/check.ts` does every stage; `node bin/check.ts lint tests test/panel/*.test.ts` only those named, on those files;
// `--engine postgres` the tests on that engine only.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs, styleText } from "node:util";
import { type Engine, engines, withTestRun } from "../test/support/test-run.ts";

const root = join(import.meta.dirname, "..");
const tools = join(root, "node_modules/.bin");

/** What looks at the text only: quick, and side by side. */
const looks: Record<string, string[]> = {
  format: ["biome", "check", "--error-on-warnings"],
  lint: ["oxlint", "--deny-warnings", "src", "test", "bin", "faults", "bench"],
  types: ["tsc"],
  unused: ["knip", "--no-progress"],
};

const { values, positionals: named } = parseArgs({ allowPositionals: true, options: { engine: { type: "string" } } });
const stages = named.filter((word) => word in looks || word === "tests");
const files = named.filter((word) => !stages.includes(word));
if (files.length > 0 && !stages.includes("tests")) stages.push("tests");
const wanted = (stage: string): boolean => stages.length === 0 || stages.includes(stage);

/**
 * What has no engine, or names its own, and so is run once: rules, texts and documents, and how the pages look; what is about SQLite itself, as a
 * demonstration is; what moves from one engine to the other. All else runs on both: whoever adds a folder gets both unless it is written down here.
 */
const engineless = [
  "test/{domain,i18n,config,http,mail,faults,bench,support}/**",
  "test/{docs,layers,server}.test.ts",
  "test/stories/{accessibility,languages}.test.ts",
  "test/outbox/held-letter.test.ts",
  "test/auth/{passwords,signature,turns}.test.ts",
  "test/api/{document,ovh-schema}.test.ts",
  "test/storage/{sqlite*,postgres*,group-commit,statement-cache,private-file}.test.ts",
  "test/cli/{commands,copy,database-trouble,demo,import-beside-server,serve-on-postgres}.test.ts",
];

/** Files of tests at a time: one more than there are cores, since each waits for something two fifths of its time. */
const atOnce = availableParallelism() + 1;

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

/** The suite on every engine, or on the one that was named. The first that fails ends it. */
async function test(): Promise<number> {
  const unknown = values.engine !== undefined && !engines.some((engine) => engine === values.engine);
  if (unknown) throw new Error(`--engine is one of ${engines.join(", ")}`);
  for (const engine of engines) {
    if (values.engine !== undefined && values.engine !== engine) continue;
    const code = await testOn(engine);
    if (code !== 0) return code;
  }
  return 0;
}

/** Node's own reporter prints last: its closing lines are what continuous integration reads. */
async function testOn(engine: Engine): Promise<number> {
  const chosen = files.length > 0 ? files : globSync("test/**/*.test.ts", { cwd: root, exclude: engine === "sqlite" ? [] : engineless }).sort();
  console.log(`${styleText("green", "▶")} tests on ${{ sqlite: "SQLite", postgres: "PostgreSQL" }[engine]}`);
  const options = ["--test", `--test-concurrency=${atOnce}`, "--test-timeout=300000"];
  return withTestRun(engine, async (environment) => (await run(process.execPath, [...options, ...chosen], "inherit", environment)).code);
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
