/** A message of PostgreSQL's protocol with its head. `type`: its letter; empty for what opens a connection, which has none. */
export type WireMessage = { type: string; bytes: Buffer };

/** Cuts what a client sends into messages (https://www.postgresql.org/docs/current/protocol-message-formats.html). */
export class WireMessages {
  #rest: Buffer = Buffer.alloc(0);
  #opened = false;

  /** The messages that are complete with this piece. */
  push(piece: Buffer): WireMessage[] {
    this.#rest = Buffer.concat([this.#rest, piece]);
    const found: WireMessage[] = [];
    for (let message = this.#next(); message; message = this.#next()) found.push(message);
    return found;
  }

  #next(): WireMessage | undefined {
    const head = this.#opened ? 1 : 0;
    if (this.#rest.length < head + 4) return undefined;
    const end = head + this.#rest.readInt32BE(head);
    if (this.#rest.length < end) return undefined;
    const bytes = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    const type = this.#opened ? String.fromCharCode(bytes[0] ?? 0) : "";
    this.#opened = true;
    return { type, bytes };
  }
}

/** Knows which message of a connection makes the server commit: a query with its text, or the execution of a statement that was prepared from it. */
export class CommitWatch {
  readonly #prepared = new Set<string>();
  #bound = false;

  /** To be asked of each message, in their order. */
  commits({ type, bytes }: WireMessage): boolean {
    const [first = "", second = ""] = bytes.subarray(5).toString("utf8").split("\0");
    if (type === "Q") return isCommit.test(first);
    if (type === "P" && isCommit.test(second)) this.#prepared.add(first);
    else if (type === "P") this.#prepared.delete(first);
    if (type === "B") this.#bound = this.#prepared.has(second);
    return type === "E" && this.#bound;
  }
}

const isCommit = /\bcommit\b/i;
