import { join } from "node:path";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { benchSecret } from "./furnish.ts";
import { endNode, type NodeProcess, startNode } from "./node-process.ts";
import { startRoundRobin } from "./round-robin.ts";

/** Where the nodes store. `url`: `postgres://…` */
export type Database = { kind: "sqlite" } | { kind: "postgres"; url: string };

export type FleetOptions = {
  /** Holds the database, where it is a file. */
  folder: string;
  database: Database;
  nodes: number;
  smtpUrl: string;
  /** Further settings of every node, or of each. */
  environment?: NodeJS.ProcessEnv | ((node: number) => NodeJS.ProcessEnv);
  /** What stands before `node` in the command of each: a tracer, another clock. */
  command?: readonly string[];
};

/** Some nodes of the real program behind a round-robin proxy. None runs until it is started. */
export interface Fleet {
  /** Of the proxy: stays the same while nodes come and go. */
  readonly url: string;
  readonly nodes: number;
  /** What a node is told. */
  environmentOf(node: number): NodeJS.ProcessEnv;
  /** Starts a node; gives the ms from the start of its process until it is ready. */
  start(node: number): Promise<number>;
  startAll(): Promise<number[]>;
  /** SIGKILL; the proxy learns of it when the process is gone. */
  kill(node: number): Promise<void>;
  /** SIGTERM; resolves when it has ended. */
  stop(node: number): Promise<void>;
  isRunning(node: number): boolean;
  /** Past the proxy. Throws when the node does not run. */
  nodeUrl(node: number): string;
  pid(node: number): number;
  close(): Promise<void>;
}

export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const running = new Map<number, NodeProcess>();
  const proxy = await startRoundRobin(() => [...running.values()].map((node) => node.port));
  const nodeAt = (node: number): NodeProcess => {
    const found = running.get(node);
    if (!found) throw new Error(`node ${node} does not run`);
    return found;
  };
  const end = async (node: number, signal: NodeJS.Signals): Promise<void> => {
    const found = running.get(node);
    if (!found) return;
    await endNode(found.process, signal);
    running.delete(node);
  };
  const start = async (node: number): Promise<number> => {
    const started = await startNode(environmentOf(options, node), options.command);
    running.set(node, started);
    return started.readyAfter;
  };
  return {
    url: proxy.url,
    nodes: options.nodes,
    environmentOf: (node) => environmentOf(options, node),
    start,
    startAll: async () => {
      const times: number[] = [];
      for (let node = 0; node < options.nodes; node++) times.push(await start(node));
      return times;
    },
    kill: (node) => end(node, "SIGKILL"),
    stop: (node) => end(node, "SIGTERM"),
    isRunning: (node) => running.has(node) && nodeAt(node).process.exitCode === null,
    nodeUrl: (node) => `http://127.0.0.1:${nodeAt(node).port}`,
    pid: (node) => nodeAt(node).process.pid ?? 0,
    close: async () => {
      for (const node of running.keys()) await end(node, "SIGKILL");
      await proxy.close();
    },
  };
}

/** Opens the database of a fleet beside its nodes. */
export function openDatabase({ folder, database }: Pick<FleetOptions, "folder" | "database">): Promise<Store> {
  return database.kind === "sqlite" ? openSqlite({ file: join(folder, "handover.db"), clock: Date.now }) : openPostgres({ url: database.url, connections: 4 });
}

function environmentOf({ folder, database, smtpUrl, environment }: FleetOptions, node: number): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HANDOVER_|PORT$|HOST$)/.test(name)));
  return {
    ...inherited,
    HOST: "127.0.0.1",
    PORT: "0",
    HANDOVER_BASE_URL: "https://contacts.bench.example",
    HANDOVER_DATA: folder,
    ...(database.kind === "postgres" ? { HANDOVER_DATABASE_URL: database.url } : {}),
    HANDOVER_SMTP_URL: smtpUrl,
    HANDOVER_SECRET: benchSecret,
    ...(typeof environment === "function" ? environment(node) : environment),
  };
}
