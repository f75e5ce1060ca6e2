import { createHash } from "node:crypto";
import { createKey, type KeySecrets } from "../../src/actions/keys/create-key.ts";
import { hashPassword } from "../../src/auth/passwords.ts";
import type { Name, Stage } from "./cast.ts";

export const password = "a horse on the stairs";

/** Gives somebody of the cast the usual password. */
export async function givePassword(stage: Stage, name: Name): Promise<void> {
  await stage.alter(name, { password_hash: await hashPassword(stage.context, password) });
}

type Wanted = Partial<Omit<Parameters<typeof createKey>[2], "password">>;

/** A key made as people make it; without `rules` it may call everything. Its account has the usual password. */
export async function makeKey(stage: Stage, name: Name, wanted: Wanted = {}): Promise<KeySecrets> {
  const rules = ["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path: "/*" }));
  const usual = { kind: "signed" as const, name: "Night job", description: "", rules, validity: "30" as const };
  return createKey(stage.context, stage.who[name], { ...usual, ...wanted, password });
}

/** `signs`: the URL in the signature, where it differs from that of the call; `at`: ms. */
export type Signing = { method?: string; url: string; signs?: string; body?: string | Uint8Array<ArrayBuffer>; at: number; headers?: Record<string, string> };

/** A call signed as OVH's clients sign it. */
export function signedRequest(key: KeySecrets, { method = "GET", url, signs = url, body, at, headers = {} }: Signing): Request {
  const time = String(Math.floor(at / 1000));
  const hash = createHash("sha1")
    .update([key.applicationSecret, key.consumerKey, method, signs, ""].join("+"))
    .update(body ?? "")
    .update(`+${time}`);
  return new Request(url, {
    method,
    headers: {
      "X-Ovh-Application": key.applicationKey,
      "X-Ovh-Consumer": key.consumerKey ?? "",
      "X-Ovh-Timestamp": time,
      "X-Ovh-Signature": `$1$${hash.digest("hex")}`,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}
