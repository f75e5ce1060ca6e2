import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");

/** A server in a process of its own. */
export type NodeProcess = {
  readonly process: ChildProcess;
  readonly port: number /** ms from the start of the process to its first answer */;
  readonly readyAfter: number;
};

/** ms after which a start has failed. */
const patience = 60_000;

/** Starts `handover serve` on a port that the system chooses; resolves when it says it is ready. `command`: in front of node, as `["strace", …]`. */
export async function startNode(environment: NodeJS.ProcessEnv, command: readonly string[] = []): Promise<NodeProcess> {
  const began = performance.now();
  const child = spawnServer(environment, command);
  try {
    const port = await portOf(child);
    await untilReady(child, port);
    return { process: child, port, readyAfter: performance.now() - began };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** Those that run; a bench that is interrupted takes them with it. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The process of a server, at whose log nobody looks yet. */
export function spawnServer(environment: NodeJS.ProcessEnv, command: readonly string[] = []): ChildProcess {
  const [program, ...rest] = [...command, process.execPath, "src/start.js", "serve"];
  const child = spawn(program ?? process.execPath, rest, { cwd: root, env: environment, stdio: ["ignore", "ignore", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends it and waits until it is gone. */
export async function endNode(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/** The log says on which port it serves. What it says is read to the end of its life, so that it never waits for a reader. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const tooLong = setTimeout(() => reject(new Error(`the server does not start: ${said.join("\n")}`)), patience);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(tooLong);
      reject(new Error(`the server ended with ${code ?? signal} at its start: ${said.join("\n")}`));
    });
    if (!child.stderr) return;
    createInterface(child.stderr).on("line", (line) => {
      if (said.length < 50) said.push(line);
      const port = /"port":([0-9]+).*"msg":"serving"/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(tooLong);
      resolve(Number(port));
    });
  });
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const until = performance.now() + patience;
  while (!(await isReady(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("the server ended at its start");
    if (performance.now() > until) throw new Error("the server is never ready");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get({ host: "127.0.0.1", port, path: "/readyz", agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
  });
}
