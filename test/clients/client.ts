import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import type { House } from "../support/house.ts";
import { testCertificate } from "../support/test-certificate.ts";
import type { Asked, Failure, Key, Order } from "./order.ts";

/** What came of an order: one of both. */
export type Told = { value: unknown; error?: Failure };

/** A client library in a process of its own. */
export type Client = {
  readonly call: (key: Key, method: string, path: string, more?: { body?: Record<string, unknown>; batch?: string }) => Promise<Told>;
  readonly ask: (key: Key, rules: string[]) => Promise<Asked>;
};

/** Starts a client for one test, which calls this house. */
export type StartClient = (test: TestContext, house: House) => Client;

/** A program of this folder, run by node. These clients speak nothing but TLS, and know the certificate by `NODE_EXTRA_CA_CERTS`. */
export function nodeClient(program: string, ...args: string[]): StartClient {
  return (test, house) => {
    const folder = temporaryFolderOf(test);
    const certificate = join(folder, "certificate.pem");
    writeFileSync(certificate, testCertificate.cert);
    const { port } = new URL(house.baseUrl);
    return start(test, process.execPath, [join(import.meta.dirname, program), ...args, port], { NODE_EXTRA_CA_CERTS: certificate, HOME: folder });
  };
}

/** go-ovh as Debian packages it, compiled with Debian's Go. */
export const goClient: StartClient = (test, house) => {
  const folder = temporaryFolderOf(test);
  return start(test, goProgram(), [], { HOME: folder, OVH_ENDPOINT: `${house.baseUrl}/1.0` });
};

let built: string | undefined;

/** Compiled once for all tests of a process, and removed with its end. */
function goProgram(): string {
  if (built) return built;
  const folder = mkdtempSync(join(tmpdir(), "handover-go-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "go-ovh");
  const environment = { ...process.env, ...goEnvironment, GOCACHE: join(folder, "cache"), HOME: folder };
  execFileSync("go", ["build", "-o", program, join(import.meta.dirname, "go-ovh.go")], { env: environment });
  built = program;
  return program;
}

const goEnvironment = { GOPATH: "/usr/share/gocode", GO111MODULE: "off", GOFLAGS: "", CGO_ENABLED: "0" };

/** Whether Go and go-ovh are there; bin/setup installs both on Debian. */
export function hasGo(): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, "go"))) && existsSync("/usr/share/gocode/src/github.com/ovh/go-ovh");
}

function temporaryFolderOf(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "handover-client-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function start(test: TestContext, command: string, args: string[], environment: NodeJS.ProcessEnv): Client {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "close");
  test.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  const waiting = new Map<number, PromiseWithResolvers<Told>>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line) as Told & { id: number };
    waiting.get(told.id)?.resolve({ value: told.value, ...(told.error && { error: told.error }) });
  });
  void ended.then(() => {
    for (const one of waiting.values()) one.reject(new Error(`the client ended: ${complaints}`));
  });
  const order = (what: Omit<Order, "id"> & Record<string, unknown>): Promise<Told> => {
    const id = waiting.size;
    const answer = Promise.withResolvers<Told>();
    waiting.set(id, answer);
    child.stdin.write(`${JSON.stringify({ id, ...what })}\n`);
    return answer.promise;
  };
  return {
    call: (key, method, path, more = {}) => order({ key, method, path, ...more }),
    ask: async (key, rules) => {
      const { value, error } = await order({ key, ask: rules });
      if (error) throw new Error(`no consumer key: ${JSON.stringify(error)}`);
      return value as Asked;
    },
  };
}
