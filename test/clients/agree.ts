import { createApplication } from "../../src/actions/keys/create-application.ts";
import { createKey } from "../../src/actions/keys/create-key.ts";
import { validateCredential } from "../../src/actions/keys/validate-credential.ts";
import { apiMethods } from "../../src/domain/access-rule.ts";
import type { Name } from "../support/cast.ts";
import { type House, password } from "../support/house.ts";
import type { Asked } from "./order.ts";

/** An application of this account, which can ask anybody for a key. */
export async function application({ context, who }: House, owner: Name): Promise<{ appKey: string; appSecret: string }> {
  const made = await createApplication(context, who[owner], { name: "Script", description: "Hands roles on", password });
  return { appKey: made.applicationKey, appSecret: made.applicationSecret };
}

/** An OAuth2 client that may call everything as this account. */
export async function oauthClient({ context, who }: House, owner: Name): Promise<{ clientID: string; clientSecret: string }> {
  const rules = apiMethods.map((method) => ({ method, path: "/*" }));
  const made = await createKey(context, who[owner], { kind: "client", name: "Script", description: "", rules, validity: "1", allowedIPs: null, password });
  return { clientID: made.applicationKey, clientSecret: made.applicationSecret };
}

/** Agrees to a key for which a program has asked, as the page behind its address does. */
export async function agree({ context, who }: House, name: Name, { validationUrl }: Asked): Promise<void> {
  const token = new URL(validationUrl).searchParams.get("credentialToken") ?? "";
  await validateCredential(context, who[name], { token, validity: "1", password });
}
