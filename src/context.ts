import type { Logger } from "pino";
import type { Secrets } from "./auth/secrets.ts";
import type { Settings } from "./config.ts";
import type { Store } from "./storage/store.ts";

/** What every action is given: the world outside, so that tests own clock and chance. */
export interface Context {
  readonly store: Store;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** ms since 1970; for what is decided in a transaction use `tx.now()`. */
  readonly clock: () => number;
  /** n bytes of chance. */
  readonly random: (bytes: number) => Uint8Array;
  /** Tells the outbox that letters wait. A hint only: it looks by itself too. */
  readonly lettersWaiting: () => void;
}

/** Who acts, and from where (the client's address, or `cli`). `key`: the credential by which a program acts for the account. */
export type Actor =
  | { readonly kind: "account"; readonly id: number; readonly handle: string; readonly source: string; readonly key?: number }
  | { readonly kind: "operator"; readonly source: string }
  | { readonly kind: "system" };

/** An account that acts for itself. */
export type AccountActor = Extract<Actor, { kind: "account" }>;

/** The operator: the command line, and his own systems. */
export type OperatorActor = Extract<Actor, { kind: "operator" }>;
