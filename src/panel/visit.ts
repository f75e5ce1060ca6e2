import type { Context as HonoContext } from "hono";
import type { AccountView } from "../actions/accounts/account-view.ts";
import type { AccountActor } from "../context.ts";
import type { Page } from "./page.ts";

/** What is known of a visit once it has come through the door. */
export type PanelEnv = {
  Variables: {
    page: Page;
    requestId: string;
    /** The client's address. */
    source: string;
    account: AccountView | undefined;
    session: string | undefined;
  };
};

/** One request of a browser, and the answer to it. */
export type Visit = HonoContext<PanelEnv>;

/** Thrown where only somebody signed in can go on; `back`: where he comes back to. */
export class SignInFirst extends Error {
  override readonly name = "SignInFirst";
  readonly back: string;

  constructor(back: string) {
    super("sign in first");
    this.back = back;
  }
}

/** The account that is signed in, or off to the sign-in page and then back to `back`. */
export function accountOf(visit: Visit, back: string = visit.get("page").here): AccountView {
  const account = visit.get("account");
  if (!account) throw new SignInFirst(back);
  return account;
}

export function actorOf(visit: Visit, back?: string): AccountActor {
  const { id, handle } = accountOf(visit, back);
  return { kind: "account", id, handle, source: visit.get("source") };
}
