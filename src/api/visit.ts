import type { Settings } from "../config.ts";
import type { Incoming } from "./authenticate.ts";

/** One call of a program, by whichever way it came. */
export type Visit = {
  /** The number under which it is told in the answer and in the log. */
  readonly queryId: string;
  readonly incoming: Incoming;
  /** Below the prefix, decoded. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Further headers of the answer. */
  readonly headers: Record<string, string>;
};

/** What is answered: JSON, and the headers of the visit. */
export type Answer = { readonly status: number; readonly json: string };

type Chance = (bytes: number) => Uint8Array;

const numberBytes = 12;
/** Numbers that are drawn at once: asking the system for a few bytes takes as long as for many. */
const drawn = 200;

const drawers = new WeakMap<Chance, { bytes: Buffer; at: number }>();

/** A new number for a call. It is no secret. */
export function newQueryId(random: Chance): string {
  const drawer = drawers.get(random) ?? { bytes: Buffer.alloc(0), at: 0 };
  drawers.set(random, drawer);
  if (drawer.at >= drawer.bytes.length) Object.assign(drawer, { bytes: Buffer.from(random(drawn * numberBytes)), at: 0 });
  drawer.at += numberBytes;
  return `ext.${drawer.bytes.toString("hex", drawer.at - numberBytes, drawer.at)}`;
}

/** Of a body. */
export const mostBytes = 64 * 1024;

/** Headers of every answer, whatever it is. */
export function usualHeaders({ baseUrl }: Pick<Settings, "baseUrl">): Readonly<Record<string, string>> {
  return {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    ...(baseUrl.startsWith("https:") ? { "Strict-Transport-Security": "max-age=31536000" } : {}),
  };
}
