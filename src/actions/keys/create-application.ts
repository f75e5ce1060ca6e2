import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { givenPasswordField, nameField } from "../accounts/account-fields.ts";
import { checkPassword, checkPasswordStill } from "../accounts/check-password.ts";
import { signatureOf } from "../actor.ts";
import { type ApplicationSecrets, addApplication } from "./add-application.ts";
import { neededDescriptionField } from "./key-fields.ts";

export const createApplicationInput = z.object({ name: nameField, description: neededDescriptionField, password: givenPasswordField });

/** Registers a program, which can then ask people for keys. Its secret is told only now. */
export async function createApplication(context: Context, actor: AccountActor, input: z.input<typeof createApplicationInput>): Promise<ApplicationSecrets> {
  const { name, description, password } = createApplicationInput.parse(input);
  const seen = await checkPassword(context, actor, password);
  return context.store.write(async (tx) => {
    const account = await checkPasswordStill(tx, seen);
    const { id, ...secrets } = await addApplication(context, tx, { accountId: account.id, kind: "signed", name, description });
    const details = { applicationId: id, name };
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "application.created", accountId: account.id, details });
    return secrets;
  });
}
