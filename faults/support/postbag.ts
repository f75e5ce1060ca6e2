import type { Received } from "../../test/support/smtp-sink.ts";
import { codeLink } from "./mail-sink.ts";

/** What is looked at of a letter that has arrived. */
export type Arrived = { to: string; mail: { messageId?: string | undefined; text?: string | undefined } };

/** The left side of its Message-ID: the id of its row in the outbox. */
export function letterIdOf({ mail }: Arrived): string {
  return (mail.messageId ?? "").replace(/^<|@.*$/g, "");
}

/** Finds codes in letters that arrive, as published scripts find them. */
export class Postbag {
  readonly #received: readonly (Received | Arrived)[];
  readonly #codes = new Map<string, Map<string, string>>();
  #read = 0;

  constructor(received: readonly (Received | Arrived)[]) {
    this.#received = received;
  }

  /** The codes to this address about this request in the order in which they were written, whenever they came. */
  codes(email: string, request: number): string[] {
    for (; this.#read < this.#received.length; this.#read++) this.#note(this.#received[this.#read]);
    const found = this.#codes.get(`${request} ${email}`) ?? new Map<string, string>();
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, code]) => code);
  }

  #note(letter: Arrived | undefined): void {
    const found = letter && codeLink.exec(letter.mail.text ?? "");
    if (!letter || !found) return;
    const place = `${found[1]} ${letter.to}`;
    const known = this.#codes.get(place) ?? new Map<string, string>();
    this.#codes.set(place, known.set(letterIdOf(letter), (found[2] ?? "").trim()));
  }
}
