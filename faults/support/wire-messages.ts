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

/** The text of statements sent without preparing them, several maybe. */
export function simpleQuery({ type, bytes }: WireMessage): string {
  return type === "Q" ? bytes.subarray(5, -1).toString("utf8") : "";
}
