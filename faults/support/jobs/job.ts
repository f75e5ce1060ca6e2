import type { Bench, Finding } from "../../part.ts";

/** Something that is done to the data in one go, and that is killed in the middle of it. */
export interface Job {
  readonly name: string;
  /** Does it once, kills it, and does it again. Gives whether it was hit while it worked, and what did not hold. */
  once(): Promise<{ hit: boolean; faults: string[] }>;
  /** What is found at the end, where more than the job itself went on. */
  close(): Promise<Partial<Pick<Finding, "zeros" | "faults" | "measured">>>;
}

/** Prepares a job in an empty folder of its own. */
export type OpenJob = (bench: Bench, folder: string) => Promise<Job>;
