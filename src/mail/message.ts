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
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Transfer-Encoding": isAscii(message.text) ? "7bit" : "8bit" },
    text: { raw: textNode(message.text) },
    html: message.html,
  };
}

/** Set by hand: nodemailer would fold lines of more than 76 characters, and scripts that read the raw mail would not find the link (§7). */
function textNode(text: string): string {
  const headers = ["Content-Type: text/plain; charset=utf-8", `Content-Transfer-Encoding: ${isAscii(text) ? "7bit" : "8bit"}`];
  return [...headers, "", ...text.split("\n")].join("\r\n");
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

function domainOf(mailFrom: string): string {
  return /@([^@<>\s]+)>?\s*$/.exec(mailFrom)?.[1] ?? "localhost";
}
