import type { Context } from "../../context.ts";
import { clientNetwork } from "../../domain/client-network.ts";
import { addressKey } from "../../domain/email-address.ts";
import type { Limit } from "../../storage/queries/limits.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type Keeper = Pick<Context, "secrets">;

/**
 * How often what may be tried. Windows are fixed: trying on does not make them longer, so nobody is locked out for more than
 * one window after a stranger stops; and a password reset by mail opens the door at once.
 */
export const accountLimits = {
  signInFrom: (source: string): Limit => from("sign-in", source, 100, 15 * minute),
  signInAs: (keeper: Keeper, login: string): Limit => as(keeper, "sign-in", login, 10, 15 * minute),
  signUpFrom: (source: string): Limit => from("sign-up", source, 20, hour),
  signUpWith: (keeper: Keeper, email: string): Limit => as(keeper, "sign-up", addressKey(email), 5, hour),
  linkFrom: (source: string): Limit => from("link", source, 30, 15 * minute),
  linkOf: (accountId: number): Limit => ({ key: `link/of/${accountId}`, atMost: 30, window: 15 * minute }),
  forgotFrom: (source: string): Limit => from("forgot", source, 20, hour),
  forgotAs: (keeper: Keeper, login: string): Limit => as(keeper, "forgot", login, 3, hour),
  /** Letters to one mailbox, whichever of its handles was typed. */
  forgotTo: (keeper: Keeper, addressKey: string): Limit => as(keeper, "forgot-to", addressKey, 3, hour),
  passwordOf: (accountId: number): Limit => ({ key: `password/${accountId}`, atMost: 10, window: 15 * minute }),
  letterPause: (accountId: number): Limit => ({ key: `letter-pause/${accountId}`, atMost: 1, window: minute }),
  /** Letters to a mailbox that has confirmed nothing, whichever accounts ask for them. */
  lettersTo: (keeper: Keeper, email: string): Limit => as(keeper, "letters-to", addressKey(email), 20, hour),
  lettersADay: (accountId: number): Limit => ({ key: `letters/${accountId}`, atMost: 10, window: day }),
} as const;

function from(what: string, source: string, atMost: number, window: number): Limit {
  return { key: `${what}/from/${clientNetwork(source)}`, atMost, window };
}

/** Hashed, because people type passwords into the field of the login. */
function as({ secrets }: Keeper, what: string, login: string, atMost: number, window: number): Limit {
  return { key: `${what}/as/${secrets.hash("limit", login)}`, atMost, window };
}
