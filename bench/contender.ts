import type { HttpRequest } from "./peers/peer.ts";
import type { RunningServer } from "./start-server.ts";

/** One of those that are measured in turn. */
export type Contender = {
  name: string;
  server: Pick<RunningServer, "url" | "pid">;
  /** For one turn of at most so many seconds; made just before it, since signatures age. */
  requests: (seconds: number) => HttpRequest[];
  /** Hears how many of them may have been sent. */
  sent?: (count: number) => void;
};

/** One operation and who can do it, the server under test first. `once`: a request cannot be sent again. */
export type Trial = { name: string; key: string; once: boolean; clients: number; contenders: Contender[] };

/** Sends a request by itself; fails where the answer is no success. */
export async function sendOnce(url: string, { method, path, headers, body }: HttpRequest): Promise<string> {
  const answer = await fetch(url + path, { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path.slice(0, 80)}: ${answer.status} ${text.slice(0, 300)}`);
  return text;
}
