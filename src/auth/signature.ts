import { hash, timingSafeEqual } from "node:crypto";

/** What a client has signed, as far as the server knows it. `urls`: every form that its client library may have signed, the likely ones first. */
export type SignedCall = {
  applicationSecret: string;
  consumerKey: string;
  method: string;
  urls: readonly string[];
  body: Uint8Array;
  timestamp: string;
};

/**
 * Whether a signature (`$1$` and the SHA-1 in hex, as OVH's clients compute it) is that of the call in one of the forms of its URL. Each is compared in
 * constant time, and none is left out but behind the right one: how long it takes tells a forger nothing.
 */
export function isSignatureOf(signature: string, call: SignedCall): boolean {
  const given = Buffer.from(signature);
  for (const url of call.urls) if (equal(given, Buffer.from(sign(call, url)))) return true;
  return false;
}

function sign({ applicationSecret, consumerKey, method, body, timestamp }: SignedCall, url: string): string {
  const before = `${applicationSecret}+${consumerKey}+${method}+${url}+`;
  const signed = body.length === 0 ? `${before}+${timestamp}` : Buffer.concat([Buffer.from(before), body, Buffer.from(`+${timestamp}`)]);
  return `$1$${hash("sha1", signed)}`;
}

function equal(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * The forms of a URL that clients sign: some say `https://` whatever they speak, some leave the port out. `hosts`: as the request names it and as the
 * server is known; `target`: path and query as they came.
 */
export function signedUrls(hosts: readonly string[], target: string): string[] {
  const name = hosts.join(" ");
  const places = known.get(name) ?? [...new Set(hosts.flatMap(placesOf))];
  // A server goes by few names; whoever makes up others fills no memory.
  if (known.size >= 100) known.clear();
  known.set(name, places);
  return places.map((place) => place + target);
}

const known = new Map<string, readonly string[]>();

/** The likely ones first: where a port is named it is seldom that of https. */
function placesOf(host: string): string[] {
  const bare = host.replace(/:[0-9]+$/, "");
  const named = host === bare ? [`https://${host}`, `http://${host}`] : [`http://${host}`, `https://${host}`];
  return [...named, `https://${bare}`, `http://${bare}`, `https://${bare}:443`, `http://${bare}:80`];
}
