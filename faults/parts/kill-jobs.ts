import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, Finding, Part, Zeros } from "../part.ts";
import { backup } from "../support/jobs/backup.ts";
import { bigImport } from "../support/jobs/import.ts";
import type { OpenJob } from "../support/jobs/job.ts";
import { migration } from "../support/jobs/migration.ts";
import { restore } from "../support/jobs/restore.ts";
import { firstStart } from "../support/jobs/start.ts";

const jobs = { start: firstStart, migration, backup, restore, import: bigImport } as const satisfies Record<string, OpenJob>;

export const killJobs: Part = {
  name: "kill-jobs",
  about: "SIGKILL during the first start, a migration, a backup under load, a restore and an import; then the same again",
  whole: 50,
  short: 2,
  run: async (bench) => {
    const done: string[] = [];
    const found: Found[] = [];
    for (const [name, open] of Object.entries(jobs)) {
      const { rounds, hits, ...rest } = await repeat(bench, name, open);
      done.push(`${name} ${rounds} (${hits} in the middle)`);
      found.push(rest);
    }
    const measured = found.flatMap((one) => one.measured ?? []).join("; ");
    return { tried: `kills during ${done.join(", ")}`, zeros: sumOf(found), faults: found.flatMap((one) => one.faults), measured };
  },
};

type Found = Pick<Finding, "zeros" | "faults"> & { measured?: string };

const moreRounds = 20;

async function repeat(bench: Bench, name: string, open: OpenJob): Promise<Found & { rounds: number; hits: number }> {
  const folder = join(bench.folder, name);
  await mkdir(folder);
  const job = await open(bench, folder);
  const found: string[] = [];
  let [rounds, hits] = [0, 0];
  try {
    // A few rounds may all have come too late; then there are more.
    for (let round = 1; round <= bench.count || (hits === 0 && round <= bench.count + moreRounds); round++) {
      const { hit, faults } = await job.once();
      rounds++;
      if (hit) hits++;
      found.push(...faults.map((fault) => `${name}, round ${round}: ${fault}`));
    }
  } catch (error) {
    await job.close();
    throw error;
  }
  const closed = await job.close();
  bench.say(`${name}: ${rounds} times, ${hits} of them in the middle`);
  if (hits === 0) found.push(`${name} was never hit in the middle: nothing was tried`);
  return { ...closed, rounds, hits, faults: [...found, ...(closed.faults ?? [])] };
}

function sumOf(found: readonly Found[]): Zeros {
  const sum: Zeros = { writesLost: 0, movedWithoutConsent: 0, codesUsedTwice: 0, mailsLost: 0, mailsMadeUp: 0 };
  for (const { zeros } of found) for (const zero of Object.keys(sum) as (keyof Zeros)[]) sum[zero] += zeros?.[zero] ?? 0;
  return sum;
}
