import type { Context } from "../../context.ts";
import { newSecret } from "./new-secret.ts";

/** A new consumer key (32 letters and digits), and what is kept of it: its keyed hash, and itself sealed, bound to that hash. */
export function newConsumerKey(context: Context): { consumerKey: string; kept: { key_hash: string; key_sealed: string } } {
  const consumerKey = newSecret(context, 32);
  const key_hash = context.secrets.hash("api", consumerKey);
  return { consumerKey, kept: { key_hash, key_sealed: context.secrets.seal("api", consumerKey, key_hash) } };
}
