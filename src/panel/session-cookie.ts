import type { Reception } from "./reception.ts";
import type { Visit } from "./visit.ts";

const name = "session";
/** As long as a session can live; the database ends it earlier when it is not used. */
const seconds = 30 * 24 * 3600;

/** The opaque value of the session; the database holds its keyed hash only. */
export function readSession({ cookies }: Reception, visit: Visit): string | undefined {
  return cookies.read(visit, name);
}

export function writeSession({ cookies }: Reception, visit: Visit, session: string): void {
  cookies.write(visit, name, session, seconds);
}

export function dropSession({ cookies }: Reception, visit: Visit): void {
  cookies.drop(visit, name);
}
