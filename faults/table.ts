import type { Finding, Part, Zeros } from "./part.ts";

export type Outcome = { part: Part; finding: Finding; seconds: number };

const zeroColumns: Record<keyof Zeros, string> = {
  writesLost: "writes lost",
  movedWithoutConsent: "moved without consent",
  codesUsedTwice: "codes used twice",
  mailsLost: "mails lost",
  mailsMadeUp: "mails made up",
};

/** What was tried and what was lost, as Markdown. A part that changes no roles has dashes for the five zeros. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const heads = ["part", "tried", ...Object.values(zeroColumns), "other faults", "measured", "took"];
  const rows = outcomes.map(({ part, finding, seconds }) => [
    part.name,
    finding.tried,
    ...(Object.keys(zeroColumns) as (keyof Zeros)[]).map((zero) => String(finding.zeros?.[zero] ?? "–")),
    String(finding.faults.length),
    finding.measured,
    `${seconds.toFixed(0)} s`,
  ]);
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`).join("\n");
}
