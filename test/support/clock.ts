/** A clock that stands still until a test moves it. */
export interface Clock {
  /** ms since 1970. */
  readonly now: () => number;
  /** `ms` later; see `days`, `hours`, `minutes`. */
  readonly advance: (ms: number) => void;
}

/** Begins on 15 January 2026 at noon UTC, unless told otherwise. */
export function testClock(start: number = Date.UTC(2026, 0, 15, 12)): Clock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}

export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => minutes(60 * n);
export const days = (n: number): number => hours(24 * n);
