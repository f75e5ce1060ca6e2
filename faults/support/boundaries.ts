import { createHash } from "node:crypto";
import type { DiskStep } from "./disk-record.ts";

const pageSize = 4096;
const frameHeader = 24;
const logHeader = 32;

/**
 * Every state of a database between two transactions, known by a fingerprint of all its pages. Follows the writes to the file and to
 * its write-ahead log, whose frames say with which of them a transaction ends.
 */
export class Boundaries {
  /** Fingerprint → the newest boundary that looks like this. */
  readonly #known = new Map<string, number>();
  readonly #pages = new Map<number, bigint>();
  #print = 0n;
  #count = 0;
  #log = Buffer.alloc(1 << 20);
  #begun = 0;

  /** How many transactions have ended so far. */
  get count(): number {
    return this.#count;
  }

  /** The boundary at which a database file stands that holds its log, or undefined: in the middle of a transaction. */
  of(database: Buffer): number | undefined {
    return this.#known.get(String(printOf(database)));
  }

  /** What the file itself holds while there is no log. */
  begin(database: Buffer): void {
    for (let at = 0; at < database.length; at += pageSize) this.#put(at / pageSize + 1, database.subarray(at, at + pageSize));
    this.#known.set(String(this.#print), this.#count);
  }

  /** A write to the log; gives whether a transaction ended with it. */
  follow({ at, bytes }: Pick<DiskStep & { kind: "write" }, "at" | "bytes">): boolean {
    while (at + bytes.length > this.#log.length) this.#log = Buffer.concat([this.#log, Buffer.alloc(this.#log.length)]);
    bytes.copy(this.#log, at);
    // Its first bytes are written anew when everything before has gone into the database.
    if (at === 0) this.#begun = 0;
    const frames = (at + bytes.length - logHeader) / (frameHeader + pageSize);
    if (at === 0 || !Number.isInteger(frames)) return false;
    const pages = this.#log.readUInt32BE(logHeader + (frames - 1) * (frameHeader + pageSize) + 4);
    if (pages === 0) return false;
    this.#end(frames, pages);
    return true;
  }

  #end(frames: number, pages: number): void {
    for (; this.#begun < frames; this.#begun++) {
      const at = logHeader + this.#begun * (frameHeader + pageSize);
      this.#put(this.#log.readUInt32BE(at), this.#log.subarray(at + frameHeader, at + frameHeader + pageSize));
    }
    for (const page of this.#pages.keys()) if (page > pages) this.#drop(page);
    this.#known.set(String(this.#print), ++this.#count);
  }

  #put(page: number, content: Buffer): void {
    this.#drop(page);
    const print = printOfPage(page, content);
    this.#pages.set(page, print);
    this.#print ^= print;
  }

  #drop(page: number): void {
    this.#print ^= this.#pages.get(page) ?? 0n;
    this.#pages.delete(page);
  }
}

function printOf(database: Buffer): bigint {
  let print = 0n;
  for (let at = 0; at < database.length; at += pageSize) print ^= printOfPage(at / pageSize + 1, database.subarray(at, at + pageSize));
  return print;
}

function printOfPage(page: number, content: Buffer): bigint {
  return createHash("sha1").update(`${page} `).update(content).digest().readBigUInt64LE();
}
