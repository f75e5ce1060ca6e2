import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { RunningServer } from "../start-server.ts";

/** The ceiling on a database of its own; without a file the `hello` that every round is held against. */
export async function startCeiling(file?: string): Promise<RunningServer> {
  const began = performance.now();
  const child = fork(join(import.meta.dirname, "main.ts"), file === undefined ? [] : [file], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [port] = (await once(child, "message")) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    started: performance.now() - began,
    stop: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
