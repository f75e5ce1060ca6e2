import { createHash } from "node:crypto";

/** Numbers 0 ≤ x < 1, always the same for a seed and a purpose: a part chooses alike whether it runs alone or after others. */
export function seededRandom(seed: number, purpose: string): () => number {
  let state = createHash("sha256").update(`${seed} ${purpose}`).digest().readUInt32LE();
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
