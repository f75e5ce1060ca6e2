/** A whole number, no less than this. */
export function numberOf(option: string, given: string, least: number): number {
  if (/^\d{1,9}$/.test(given) && Number(given) >= least) return Number(given);
  throw new RangeError(`--${option} takes a whole number from ${least} on, not “${given}”`);
}

/** Words with commas between them, each of which there is. */
export function wordsOf<Word extends string>(option: string, given: string, there: readonly Word[]): Word[] {
  return given
    .split(",")
    .filter(Boolean)
    .map((word) => {
      const known = there.find((one) => one === word);
      if (known === undefined) throw new RangeError(`--${option} knows no “${word}”, but ${there.join(", ")}`);
      return known;
    });
}

/** What is wrong, in one line; whoever does not know an option hears where they stand. */
export function complaint(error: unknown): string {
  const [said = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return error instanceof TypeError ? `${said.replace(/\.$/, "")}; the options stand in docs/benchmarks.md, "How to repeat it"` : said;
}
