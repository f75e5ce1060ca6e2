/** A clock that the making of sample data sets back, so that its history lies in the past; else the machine's. */
export interface MovableClock {
  /** ms since 1970. */
  now(): number;
  /** Stands at this instant (ms) until it is moved again or let go. */
  moveTo(at: number): void;
  letGo(): void;
}

export function movableClock(): MovableClock {
  let standing: number | undefined;
  return {
    now: () => standing ?? Date.now(),
    moveTo: (at) => {
      standing = at;
    },
    letGo: () => {
      standing = undefined;
    },
  };
}
