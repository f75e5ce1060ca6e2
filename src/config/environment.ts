import { readFileSync } from "node:fs";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one and collects what is wrong with them, so that all problems can be told at once. A variable that is set to nothing is not set. */
export class EnvironmentReader {
  readonly problems: string[] = [];
  private readonly environment: Environment;

  constructor(environment: Environment) {
    this.environment = environment;
  }

  /** The text of a variable, or undefined when it is not set. */
  text(name: string): string | undefined {
    return this.environment[name]?.trim() || undefined;
  }

  /** Says that a variable is wrong; the line names it and tells what to do. */
  problem(name: string, advice: string): undefined {
    this.problems.push(`${name}: ${advice}`);
  }

  /** A whole number between two bounds. */
  number(name: string, fallback: number, bounds: { min: number; max: number }): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : -1;
    if (value < bounds.min || value > bounds.max) this.problem(name, `“${text}” is not a whole number from ${bounds.min} to ${bounds.max}`);
    return value;
  }

  /** One of some words. */
  word<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const found = words.find((word) => word === text.toLowerCase());
    if (found === undefined) this.problem(name, `“${text}” is none of ${words.join(", ")}`);
    return found ?? fallback;
  }

  /** A list with commas between its entries. */
  list(name: string): string[] {
    return (this.text(name) ?? "")
      .split(",")
      .map((entry) => entry.trim())
      .filter(Boolean);
  }

  /** The content of the file that a variable names. */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      return this.problem(name, `cannot read the file ${path} (${error instanceof Error && "code" in error ? String(error.code) : String(error)})`);
    }
  }

  /** Variables of ours that nobody knows: somebody has mistyped one. */
  refuseUnknown(known: readonly string[]): void {
    for (const name of Object.keys(this.environment)) {
      if (!name.startsWith("HANDOVER_") || known.includes(name)) continue;
      const near = known.find((one) => distance(one, name) <= 3);
      this.problem(name, `there is no such setting${near ? `; did you mean ${near}?` : ""}`);
    }
  }
}

/** How many letters have to be put in, left out or replaced to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (other[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
