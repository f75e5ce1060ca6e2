import cliProgress from "cli-progress";

export type Progress = { add: (more: number) => void; end: () => void };

type Unit = "bytes" | "lines" | "rows";

/** A bar on the terminal's stderr; where that is none, a line now and then, for whoever reads the file. */
export function showProgress(doing: string, total: number, unit: Unit): Progress {
  if (!process.stderr.isTTY) return progressLines({ doing, total, unit, now: () => performance.now(), write: (line) => process.stderr.write(line) });
  const amounts = unit === "bytes" ? "" : ` {value} of {total} ${unit}`;
  const bar = new cliProgress.SingleBar({
    format: `${doing} {bar} {percentage} %${amounts}, {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barCompleteChar: "━",
    barIncompleteChar: " ",
  });
  bar.start(total, 0);
  return { add: (more) => bar.increment(more), end: () => bar.stop() };
}

/** ms between two lines; what takes less says nothing. */
const pause = 5_000;

type Lines = { doing: string; total: number; unit: Unit; now: () => number; write: (line: string) => void };

/** `now`: ms. */
export function progressLines({ doing, total, unit, now, write }: Lines): Progress {
  const number = (count: number): string => count.toLocaleString("en");
  let done = 0;
  let told = now();
  const add = (more: number): void => {
    done += more;
    if (now() - told < pause) return;
    told = now();
    const amounts = unit === "bytes" ? "" : `, ${number(done)} of ${number(total)} ${unit}`;
    write(`${doing}: ${Math.floor((done / Math.max(total, 1)) * 100)} %${amounts}\n`);
  };
  return { add, end: () => {} };
}
