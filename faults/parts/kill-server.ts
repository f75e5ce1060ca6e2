import type { Part } from "../part.ts";
import { killUnderLoad } from "../support/kill-under-load.ts";

export const killServer: Part = {
  name: "kill-server",
  about: "SIGKILL of the only server, on SQLite, at random moments under load",
  whole: 1000,
  short: 100,
  run: (bench) => killUnderLoad(bench, { database: { kind: "sqlite" }, nodes: 1, think: 0, pause: bench.short ? [50, 400] : [100, 900] }),
};
