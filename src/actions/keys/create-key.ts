import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { endOfKey } from "../../domain/credential-life.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { insertCredential } from "../../storage/queries/api-keys.ts";
import type { Transaction } from "../../storage/store.ts";
import { givenPasswordField, nameField } from "../accounts/account-fields.ts";
import { checkPassword, checkPasswordStill } from "../accounts/check-password.ts";
import { type ApplicationSecrets, addApplication } from "./add-application.ts";
import { addressesField, descriptionField, rulesField, validityField } from "./key-fields.ts";
import { newConsumerKey } from "./new-consumer-key.ts";
import { checkRoomForKey, tellOfKey } from "./tell-of-key.ts";

export const createKeyInput = z.object({
  kind: z.enum(["signed", "client"], "kind-unknown"),
  name: nameField,
  description: descriptionField,
  rules: rulesField,
  validity: validityField,
  allowedIPs: addressesField,
  password: givenPasswordField,
});

type Wanted = z.output<typeof createKeyInput>;

/** For an OAuth2 client the id and the secret; for signed calls the consumer key too. */
export type KeySecrets = ApplicationSecrets & { consumerKey?: string };

/** A program of one's own with a key that works at once. Its secrets are told only now. */
export async function createKey(context: Context, actor: AccountActor, input: z.input<typeof createKeyInput>): Promise<KeySecrets> {
  const wanted = createKeyInput.parse(input);
  const seen = await checkPassword(context, actor, wanted.password);
  return context.store.write(async (tx) => {
    const account = await checkPasswordStill(tx, seen);
    await checkRoomForKey(tx, account);
    const { id, ...secrets } = await addApplication(context, tx, { ...wanted, accountId: account.id });
    const consumerKey = await addValidCredential(context, tx, { actor, account, applicationId: id }, wanted);
    return consumerKey === undefined ? secrets : { ...secrets, consumerKey };
  });
}

type Owned = { actor: AccountActor; account: AccountRow; applicationId: number };

async function addValidCredential(context: Context, tx: Transaction, owned: Owned, wanted: Wanted): Promise<string | undefined> {
  const { actor, account, applicationId } = owned;
  const now = await tx.now();
  const made = wanted.kind === "signed" ? newConsumerKey(context) : undefined;
  const expiresAt = endOfKey(wanted.validity, now);
  const credentialId = await insertCredential(tx.db, {
    application_id: applicationId,
    account_id: account.id,
    key_hash: null,
    key_sealed: null,
    ...made?.kept,
    validation_hash: null,
    rules_json: JSON.stringify(wanted.rules),
    allowed_ips_json: wanted.allowedIPs === null ? null : JSON.stringify(wanted.allowedIPs),
    redirection: null,
    state: "validated",
    created_at: now,
    expires_at: expiresAt,
    last_used_at: null,
  });
  await tellOfKey(context, tx, actor, account, { credentialId, application: wanted.name, expiresAt });
  return made?.consumerKey;
}
