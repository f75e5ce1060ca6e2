const hour = 60 * 60 * 1000;
const day = 24 * hour;

const absoluteLife = 30 * day;
const idleLife = 7 * day;

/** When a session ends (ms): 7 days after it was last used, 30 days after signing in at the latest. */
export function sessionExpiry(createdAt: number, lastSeenAt: number): number {
  return Math.min(createdAt + absoluteLife, lastSeenAt + idleLife);
}

/** Whether a use is worth writing down: at most once an hour, so that reading pages does not write. */
export function isSeenAnew(lastSeenAt: number, now: number): boolean {
  return now - lastSeenAt >= hour;
}
