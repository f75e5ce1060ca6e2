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

/** A new number for a call. */
export function newQueryId(random: (bytes: number) => Uint8Array): string {
  return `ext.${Buffer.from(random(12)).toString("hex")}`;
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
