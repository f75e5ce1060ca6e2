import type { Context } from "../context.ts";
import { cast, samplePassword } from "../sample/cast.ts";
import { findAccountsByHandle } from "../storage/queries/find-many.ts";
import type { DemoAccount } from "./wiring.ts";

/** The cast of the sample data, as far as it is here and can sign in. */
export async function demoAccounts(context: Context): Promise<DemoAccount[]> {
  const found = await findAccountsByHandle(
    context.store.read,
    cast.map((one) => one.handle),
  );
  const active = cast.filter((one) => found.get(one.handle)?.status === "active");
  return active.map(({ name, handle, about }) => ({ name, handle, about, password: samplePassword }));
}
