import { randomBytes, randomFillSync } from "node:crypto";

/** Bytes that are fetched at once: fetching eight takes as long as fetching thousands, and longer than all else about a code. */
const pool = Buffer.alloc(4096);
let given = pool.length;

/** Bytes of node:crypto's random generator, as its `randomBytes` gives them. None is given twice, and none stays behind when it has been given. */
export function pooledRandom(count: number): Buffer {
  if (count > pool.length) return randomBytes(count);
  if (given + count > pool.length) {
    randomFillSync(pool);
    given = 0;
  }
  const bytes = Buffer.from(pool.subarray(given, given + count));
  pool.fill(0, given, given + count);
  given += count;
  return bytes;
}
