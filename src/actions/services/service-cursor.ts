import { type Keys, keyCount, type Sort } from "../../storage/queries/membership-pages.ts";

/** A place in a list as an opaque word: its order, and the keys of the row beside it. */
export function writeCursor(sort: Sort, keys: Keys): string {
  return Buffer.from(JSON.stringify([sort, ...keys])).toString("base64url");
}

/** The keys in a cursor of this order; undefined for anything else, so that a broken cursor leads to the beginning. */
export function readCursor(sort: Sort, cursor: string | undefined): Keys | undefined {
  const read = cursor ? parse(Buffer.from(cursor, "base64url").toString()) : undefined;
  if (!Array.isArray(read) || read[0] !== sort || read.length !== keyCount(sort) + 1) return undefined;
  const keys: unknown[] = read.slice(1);
  const id = keys.at(-1);
  const texts = keys.slice(0, -1);
  return Number.isSafeInteger(id) && texts.every(isKeyText) ? (keys as Keys) : undefined;
}

/** PostgreSQL refuses texts with a zero character. */
function isKeyText(key: unknown): boolean {
  return typeof key === "string" && !key.includes("\0");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
