import cliProgress from "cli-progress";

export type Progress = { add: (more: number) => void; end: () => void };

/** A bar on the terminal's stderr; silent where that is none. */
export function showProgress(doing: string, total: number, unit: "bytes" | "lines" | "rows"): Progress {
  if (!process.stderr.isTTY) return { add: () => {}, end: () => {} };
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
