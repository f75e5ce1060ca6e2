/** The value below which this share (0 to 1) of the figures lies; 0 where there are none. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** "p95 0.41 s, at most 0.80 s" of times in ms. */
export function spread(times: readonly number[]): string {
  return `p95 ${seconds(percentile(times, 0.95))}, at most ${seconds(Math.max(0, ...times))}`;
}

/** "0.41 s" of ms. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** "48,211" */
export function grouped(count: number): string {
  return count.toLocaleString("en");
}
