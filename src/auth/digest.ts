import { createHash } from "node:crypto";

/** SHA-256 in hex: tells whether two texts are the same without keeping them. For what is no secret. */
export function digest(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
