import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { nodeOf } from "./directus-install.ts";

export const adminToken = "bench-admin";

/** As in production, and without what would only slow it: no log of requests, no limits, no panel. */
const settings = {
  NODE_ENV: "production",
  DB_CLIENT: "sqlite3",
  KEY: "bench",
  SECRET: "bench-secret-of-a-server-that-only-this-machine-reaches",
  ADMIN_EMAIL: "admin@example.com",
  ADMIN_PASSWORD: "bench-password",
  ADMIN_TOKEN: adminToken,
  TELEMETRY: "false",
  SERVE_APP: "false",
  LOG_LEVEL: "error",
  RATE_LIMITER_ENABLED: "false",
  PRESSURE_LIMITER_ENABLED: "false",
};

export interface DirectusProcess {
  readonly url: string;
  readonly pid: number;
  /** ms from the start of the process to its first answer. */
  readonly started: number;
  stop(): Promise<void>;
}

/** Where Directus keeps its data within this folder. */
export const databaseOf = (data: string): string => join(data, "directus.db");

/** Makes Directus' own tables and its first administrator. */
export async function bootstrap(folder: string, data: string): Promise<void> {
  const child = start(folder, data, join(folder, "node_modules/@directus/api/dist/cli/run.js"), ["bootstrap"]);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`Directus made no database: ${errorsOf(child)}`);
}

export async function startDirectus(folder: string, data: string): Promise<DirectusProcess> {
  const began = performance.now();
  const child = start(folder, data, import.meta.filename, [folder]);
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`Directus did not start: ${errorsOf(child)}`)));
  const [port] = (await Promise.race([once(child, "message"), ended])) as [number];
  const url = `http://127.0.0.1:${port}`;
  await (await fetch(`${url}/server/ping`)).text();
  return { url, pid: child.pid ?? 0, started: performance.now() - began, stop: () => stop(child) };
}

const errors = new WeakMap<ChildProcess, string>();
const errorsOf = (child: ChildProcess): string => errors.get(child)?.trim().replace(/\s+/g, " ").slice(0, 300) ?? "";

function start(folder: string, data: string, file: string, argv: string[]): ChildProcess {
  const environment = { ...settings, PATH: process.env["PATH"], HOME: data, DB_FILENAME: databaseOf(data) };
  const child = fork(file, argv, { cwd: data, env: environment, execPath: nodeOf(folder), execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => errors.set(child, (errors.get(child) ?? "") + text));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(late);
}

/** Within Node 22: Directus as its own `start` has it, on a port that the system chooses; it ends when its parent does. */
async function serve(folder: string): Promise<void> {
  process.on("disconnect", () => process.exit());
  const { createServer } = (await import(join(folder, "node_modules/@directus/api/dist/server.js"))) as { createServer: () => Promise<Server> };
  const server = await createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  process.send?.((server.address() as AddressInfo).port);
}

if (import.meta.main) await serve(process.argv[2] ?? "");
