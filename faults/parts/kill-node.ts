import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Part } from "../part.ts";
import { createFreshDatabase } from "../support/fresh-database.ts";
import { killUnderLoad } from "../support/kill-under-load.ts";

export const killNode: Part = {
  name: "kill-node",
  about: "SIGKILL of one of three nodes, on PostgreSQL, at random moments under load",
  whole: 200,
  short: 6,
  run: async (bench) => {
    const postgres = await startPostgres(bench.folder);
    try {
      const url = await createFreshDatabase(postgres.url("postgres"), "kill_node");
      return await killUnderLoad(bench, { database: { kind: "postgres", url }, nodes: 3, think: 200, pause: bench.short ? [50, 400] : [100, 900] });
    } finally {
      await postgres.stop();
    }
  },
};
