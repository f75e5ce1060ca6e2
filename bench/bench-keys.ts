import { createHash } from "node:crypto";
import { secretsFrom } from "../src/auth/secrets.ts";
import type { HttpRequest } from "./peers/peer.ts";

/** The secret of the sites that are measured. */
export const benchSecret = "a-secret-that-only-the-bench-knows-and-long-enough";

/** The one program, with a key of each account that calls. All follows from the secret, so that nothing has to be kept. */
export const application = { key: benchText("application", 16), secret: benchText("application secret", 32) };
export const consumerKeyOf = (handle: string): string => benchText(`consumer ${handle}`, 32);
export const siteSecrets = secretsFrom([benchSecret]);
/** By which the consumer key of this account is found. */
export const keyHashOf = (handle: string): string => siteSecrets.hash("api", consumerKeyOf(handle));
export const sessionOf = (handle: string): string => benchText(`session ${handle}`, 43);

function benchText(purpose: string, length: number): string {
  return createHash("sha256").update(`${purpose} ${benchSecret}`).digest("hex").slice(0, length).padEnd(length, "0");
}

export type Unsigned = { method: HttpRequest["method"]; path: string; body?: unknown; headers?: Record<string, string> };

/** Signed as OVH's clients sign. A POST is good once; a GET is good until its time is 180 s old. */
export function signedRequest(url: string, handle: string, { method, path, body, headers }: Unsigned): HttpRequest {
  const [consumer, time] = [consumerKeyOf(handle), String(Math.floor(Date.now() / 1000))];
  const sent = body === undefined ? "" : JSON.stringify(body);
  const signature = createHash("sha1")
    .update([application.secret, consumer, method, url + path, sent, time].join("+"))
    .digest("hex");
  return {
    method,
    path,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      "X-Ovh-Application": application.key,
      "X-Ovh-Consumer": consumer,
      "X-Ovh-Timestamp": time,
      "X-Ovh-Signature": `$1$${signature}`,
      ...headers,
    },
    ...(body === undefined ? {} : { body: sent }),
  };
}
