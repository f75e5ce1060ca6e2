import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { pooledRandom } from "./pooled-random.ts";

/** Everything that is done with the server's secret. A key of its own for each purpose is derived from it. */
export interface Secrets {
  /** Keyed hash (hex) of a secret that must not be readable in the database; made with the newest secret. */
  hash(purpose: Purpose, text: string): string;
  /** Whether `hash` was made of `text`, with any secret of the list; in constant time. */
  matches(purpose: Purpose, text: string, hash: string): boolean;
  /** All hashes that `text` can have, one for each secret of the list: for looking a row up by its hash. */
  hashes(purpose: Purpose, text: string): string[];
  /** Seals a text (AES-256-GCM), bound to `bound` (a row's id, say): base64url. */
  seal(purpose: Purpose, text: string, bound: string): string;
  /** What was sealed for the same purpose and `bound`, or undefined. */
  open(purpose: Purpose, sealed: string, bound: string): string | undefined;
  /** Tells secrets apart without telling them, newest first. */
  fingerprints(): string[];
}

export type Purpose = "code" | "link" | "session" | "letter" | "cookie" | "fingerprint" | "limit" | "api";

const info = (purpose: Purpose): string => `handover/${purpose}/1`;

/** `list`: the newest secret first; older ones still open and match what they made. */
export function secretsFrom(list: readonly string[]): Secrets {
  if (list.length === 0) throw new Error("no secret given");
  const derived = new Map<string, Buffer>();
  const key = (secret: string, purpose: Purpose): Buffer => {
    const name = `${purpose}/${secret}`;
    const known = derived.get(name) ?? Buffer.from(hkdfSync("sha256", secret, "handover", info(purpose), 32));
    derived.set(name, known);
    return known;
  };
  const hashWith = (secret: string, purpose: Purpose, text: string): string => createHmac("sha256", key(secret, purpose)).update(text).digest("hex");
  const newest = list[0] as string;
  return {
    hash: (purpose, text) => hashWith(newest, purpose, text),
    hashes: (purpose, text) => list.map((secret) => hashWith(secret, purpose, text)),
    matches: (purpose, text, hash) => list.map((secret) => equal(hashWith(secret, purpose, text), hash)).includes(true),
    seal: (purpose, text, bound) => seal(key(newest, purpose), text, bound),
    open: (purpose, sealed, bound) => {
      for (const secret of list) {
        const text = open(key(secret, purpose), sealed, bound);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    fingerprints: () => list.map((secret) => hashWith(secret, "fingerprint", "handover").slice(0, 32)),
  };
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function seal(key: Buffer, text: string, bound: string): string {
  const nonce = pooledRandom(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
}

function open(key: Buffer, sealed: string, bound: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < 28) return undefined;
  try {
    const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAAD(Buffer.from(bound));
    cipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
