import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyDatabase } from "./copy-database.ts";
import { generateLoad } from "./generate-load.ts";
import { median } from "./median.ts";
import type { Prepared } from "./prepare-site.ts";
import type { Run } from "./run.ts";
import { startServer } from "./start-server.ts";
import { writingTrials } from "./writing-trials.ts";

/** The tracer stands aside (-D), so that the process that is stopped is the server itself, and stops it at these calls only. */
const slow = ["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_exit=2000"];

/** Where each sync takes 2 ms longer, those who ask together must share it: how many times as much 32 clients get done as one. */
export async function measureSlowDisk(run: Run, { prepared, site }: Prepared): Promise<void> {
  if (!run.wants("slow-disk")) return;
  const data = await copyDatabase(prepared, join(run.folder, "slow"));
  const ours = await startServer({ data, command: slow });
  try {
    const [ask] = await writingTrials({ ours, peers: [] }, site, { clients: 32, turns: 2 * run.options.rounds });
    const rates = new Map<number, number[]>();
    for (let round = 0; round < run.options.rounds; round++) {
      for (const clients of [1, 32]) {
        const [contender] = ask?.contenders ?? [];
        if (!contender) throw new Error("nobody asks");
        const seconds = Math.min(5, run.options.seconds);
        const load = { url: ours.url, requests: contender.requests(seconds), once: true, clients, seconds };
        const seen = await generateLoad(run.folder, load);
        contender.sent?.(seen.requests + clients + 1);
        rates.set(clients, [...(rates.get(clients) ?? []), seen.requests / seen.seconds]);
        await sleep(100);
      }
    }
    const [one, many] = [median(rates.get(1) ?? []), median(rates.get(32) ?? [])];
    run.facts
      .set("slow disk: changes a second, one client", one)
      .set("slow disk: changes a second, 32 clients", many)
      .set("slow disk: 32 clients × one", many / one);
  } finally {
    await ours.stop();
    await rm(data, { recursive: true });
  }
}
