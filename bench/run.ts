import type { Options } from "./options.ts";
import type { Measured } from "./run-rounds.ts";

/** Operations on one kind of site. */
export type Table = { title: string; measured: Measured[] };

/** Everything that one run has found. `facts`: what is no request, by name. */
export type Found = { tables: Table[]; facts: Map<string, number> };

/** What all measurements of a run share: its folder, which goes with it, what it was asked for, and what it has found so far. */
export type Run = Found & { options: Options; folder: string; wants: (key: string) => boolean };

export function startRun(options: Options, folder: string): Run {
  const { only } = options;
  const wants = (key: string): boolean => only.length === 0 || only.some((one) => key === one || key.startsWith(`${one}-`));
  return { options, folder, tables: [], facts: new Map(), wants };
}

/** A table of this title in the report; what is put into it is told at once. */
export function startTable({ tables }: Run, title: string): (measured: Measured) => void {
  const table: Table = { title, measured: [] };
  tables.push(table);
  return (measured) => {
    table.measured.push(measured);
    console.error(`${title}, ${measured.name}: ${measured.figures.map(({ name, rate }) => `${name} ${Math.round(rate).toLocaleString("en")}/s`).join(", ")}`);
  };
}
