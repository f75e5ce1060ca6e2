import type { SendMailOptions } from "nodemailer";
import type { RenderedLetter } from "./render-letter.ts";

/** A letter on its way: `id` is the outbox row's, `createdAt` in ms. */
export type Message = RenderedLetter & { id: string; to: string; createdAt: number };

/** The message as nodemailer takes it. Sent twice after a crash, it has the same Message-ID, by which mailboxes know a duplicate. */
export function messageFor(message: Message, mailFrom: string): SendMailOptions {
  return {
    from: mailFrom,
    // As an object: a comma in it makes no second recipient.
    to: { name: "", address: message.to },
    subject: message.subject,
    date: new Date(message.createdAt),
    messageId: `<${message.id}@${domainOf(mailFrom)}>`,
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "Content-Transfer-Encoding": encodingOf(message.text + message.html),
    },
    text: part("text/plain", message.text),
    html: part("text/html", message.html),
  };
}

/**
 * A part as it is, not folded: nodemailer would fold lines of more than 76 characters, and scripts that read the raw mail would not
 * find the link (§7). Only lines that SMTP does not carry (998 bytes) are left to it.
 */
function part(type: string, text: string): string | { raw: string } {
  const lines = text.split("\n");
  if (lines.some((line) => line.length > 300 && Buffer.byteLength(line) > 998)) return text;
  return { raw: [`Content-Type: ${type}; charset=utf-8`, `Content-Transfer-Encoding: ${encodingOf(text)}`, "", ...lines].join("\r\n") };
}

const encodingOf = (text: string): "7bit" | "8bit" => (/^[\p{ASCII}]*$/u.test(text) ? "7bit" : "8bit");

function domainOf(mailFrom: string): string {
  return /@([^@<>\s]+)>?\s*$/.exec(mailFrom)?.[1] ?? "localhost";
}
