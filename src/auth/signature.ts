import { createHash, timingSafeEqual } from "node:crypto";

/** What a client has signed, as far as the server knows it. `urls`: every form that its client library may have signed. */
export type SignedCall = { applicationSecret: string; consumerKey: string; method: string; urls: readonly string[]; body: Uint8Array; timestamp: string };

/** Whether a signature (`$1$` and the SHA-1 in hex, as OVH's clients compute it) is that of the call in one of the forms of its URL; in constant time. */
export function isSignatureOf(signature: string, call: SignedCall): boolean {
  const given = Buffer.from(signature);
  return call.urls.map((url) => equal(given, Buffer.from(sign(call, url)))).includes(true);
}

function sign({ applicationSecret, consumerKey, method, body, timestamp }: SignedCall, url: string): string {
  const hash = createHash("sha1").update([applicationSecret, consumerKey, method, url, ""].join("+")).update(body).update(`+${timestamp}`);
  return `$1$${hash.digest("hex")}`;
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * The forms of a URL that clients sign: some say `https://` whatever they speak, some leave the port out. `hosts`: as the request names it and as the
 * server is known; `target`: path and query as they came.
 */
export function signedUrls(hosts: readonly string[], target: string): string[] {
  const forms = new Set<string>();
  for (const host of hosts) {
    const bare = host.replace(/:[0-9]+$/, "");
    for (const name of [host, bare]) for (const scheme of ["https", "http"]) forms.add(`${scheme}://${name}${target}`);
    forms.add(`https://${bare}:443${target}`).add(`http://${bare}:80${target}`);
  }
  return [...forms];
}
