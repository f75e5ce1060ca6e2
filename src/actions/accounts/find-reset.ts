import { z } from "zod";
import type { Context } from "../../context.ts";
import { codeField } from "./account-fields.ts";
import { findUsableLink } from "./find-usable-link.ts";

export const findResetInput = z.object({ code: codeField });

/** Whose password a link would set; changes nothing. */
export async function findReset(context: Context, input: z.input<typeof findResetInput>): Promise<{ handle: string; name: string }> {
  const { code } = findResetInput.parse(input);
  const { account } = await findUsableLink(context, context.store.read, code, ["reset-password"], context.clock());
  return { handle: account.handle, name: account.name };
}
