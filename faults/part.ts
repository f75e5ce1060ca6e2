/** One thing that is tried, again and again: a way in which machines, disks, networks or people fail. */
export interface Part {
  readonly name: string;
  /** One line: what is done to the system. */
  readonly about: string;
  /** How often in the whole run. */
  readonly whole: number;
  /** How often in continuous integration; 0: not there, because once would take too long. */
  readonly short: number;
  run(bench: Bench): Promise<Finding>;
}

/** What a part is given for one run. */
export interface Bench {
  /** The same seed makes the same choices; the moments at which processes get their turns are the machine's. */
  readonly seed: number;
  /** How often. */
  readonly count: number;
  readonly short: boolean;
  /** ms after which no new step is taken, where steps could be taken for hours. */
  readonly longest: number;
  /** Fresh, for this part alone, mode 0700; removed after the run. */
  readonly folder: string;
  /** Seeded: 0 ≤ x < 1. */
  readonly random: () => number;
  /** Tells on standard error how far it is. */
  readonly say: (text: string) => void;
}

/** What must be 0 in every part that changes roles. */
export type Zeros = { writesLost: number; movedWithoutConsent: number; codesUsedTwice: number; mailsLost: number; mailsMadeUp: number };

export type Finding = {
  /** What was done: "1,000 kills, 48,211 acknowledged writes". */
  tried: string;
  /** Left out where the part changes no roles. */
  zeros?: Zeros;
  /** What else did not hold, and for each zero that is none what it was: a sentence each, with what is needed to replay it. Empty: all held. */
  faults: string[];
  /** "ready again p95 0.41 s, at most 0.8 s" */
  measured: string;
};
