import { foldLines } from "nodemailer/lib/mime-funcs";
import MimeNode from "nodemailer/lib/mime-node";
import { encode, wrap } from "nodemailer/lib/qp";
import type { RenderedLetter } from "./render-letter.ts";

/** A letter on its way: `id` is the outbox row's, `createdAt` in ms. `write` is asked only when the server wants to hear the letter, and may be asked twice. */
export type Message = { id: string; to: string; createdAt: number; write: () => RenderedLetter };

/** The left side is the row's id: sent twice after a crash, a letter has the same Message-ID, by which mailboxes know a duplicate. */
export const messageIdOf = (id: string, mailFrom: string): string => `<${id}@${domainOf(mailFrom)}>`;

/**
 * Messages from this sender as they travel (RFC 5322, 2045). The library's own way from parts to bytes takes ten streams and turns of the event loop for
 * each message, which cost more than all else about it; its encoding of headers is what is used.
 */
export function messageComposer(mailFrom: string): (message: Message) => string {
  const from = header("From", mailFrom);
  return (message) => {
    const { subject, text, html } = message.write();
    const parts = [part("text/plain", text), part("text/html", html)];
    // Nobody who has a say in the parts knows what of the id is random.
    const boundary = `--_${message.id}`;
    return [
      from,
      // As an object: a comma in it makes no second recipient.
      header("To", { name: "", address: message.to }),
      header("Subject", subject),
      header("Date", new Date(message.createdAt)),
      header("Message-ID", messageIdOf(message.id, mailFrom)),
      "MIME-Version: 1.0",
      "Auto-Submitted: auto-generated",
      "X-Auto-Response-Suppress: All",
      `Content-Transfer-Encoding: ${parts.some(({ encoding }) => encoding === "8bit") ? "8bit" : "7bit"}`,
      `Content-Type: multipart/alternative; boundary="${boundary}"`,
      "",
      ...parts.flatMap(({ type, encoding, body }) => [
        `--${boundary}`,
        `Content-Type: ${type}; charset=utf-8`,
        `Content-Transfer-Encoding: ${encoding}`,
        "",
        body,
      ]),
      `--${boundary}--`,
      "",
    ].join("\r\n");
  };
}

type HeaderValue = Parameters<MimeNode["encodeHeaderValue"]>[1];

/** Knows how headers are written; of the message it has nothing. */
const node = new MimeNode("text/plain");

const header = (name: string, value: HeaderValue): string => foldLines(`${name}: ${node.encodeHeaderValue(name, value)}`, 76);

/** Bytes of a line that SMTP carries. */
const longest = 998;

type Part = { type: string; encoding: "7bit" | "8bit" | "quoted-printable"; body: string };

/**
 * A part as it is, not folded: scripts that read the raw mail would not find the link otherwise (§7). Only where SMTP does not carry a line it is
 * folded.
 */
function part(type: string, text: string): Part {
  const body = text.replaceAll("\n", "\r\n");
  if (hasLongLine(text)) return { type, encoding: "quoted-printable", body: wrap(encode(body)) };
  return { type, encoding: Buffer.byteLength(text) === text.length ? "7bit" : "8bit", body };
}

/** A character is three bytes at most for each unit of its length. */
function hasLongLine(text: string): boolean {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const next = end < 0 ? text.length : end;
    if (next - from > longest / 3 && Buffer.byteLength(text.slice(from, next)) > longest) return true;
    from = next + 1;
  }
  return false;
}

function domainOf(mailFrom: string): string {
  return /@([^@<>\s]+)>?\s*$/.exec(mailFrom)?.[1] ?? "localhost";
}
