import { HTTPException } from "hono/http-exception";
import { isLoopbackHost } from "../../domain/loopback.ts";
import { isLoopback } from "../../http/client-address.ts";
import type { MailboxItem } from "../../outbox/list-mailbox.ts";
import { letterPage, mailboxPage } from "../pages/mailbox.ts";
import { type Mailbox, type Reception, show } from "../reception.ts";
import type { Visit } from "../visit.ts";

/** The letters of a demonstration, for whoever sits at this machine; for everybody else there is no such page. */
function openMailbox({ parts, context }: Reception, visit: Visit): Mailbox {
  const host = URL.parse(`http://${visit.req.header("Host") ?? new URL(visit.req.url).host}`)?.hostname ?? "";
  const near = isLoopback(parts.socketAddress(visit)) && isLoopback(visit.get("source")) && isLoopbackHost(host);
  if (!parts.mailbox || context.settings.mode !== "demo" || context.settings.smtpUrl !== undefined || !near) throw new HTTPException(404);
  return parts.mailbox;
}

export async function mailbox(reception: Reception, visit: Visit): Promise<Response> {
  const to = visit.req.query("to")?.replaceAll("\0", "").trim() || undefined;
  const letters = await openMailbox(reception, visit).list(to === undefined ? {} : { to });
  visit.header("Cache-Control", "no-store");
  visit.header("Vary", "Accept");
  if (/\bapplication\/json\b/.test(visit.req.header("Accept") ?? "")) return visit.json(letters);
  return show(reception, visit, (page) => mailboxPage(page, { letters, to }));
}

async function findLetter(reception: Reception, visit: Visit): Promise<MailboxItem> {
  const letter = await openMailbox(reception, visit).read(visit.req.param("id") ?? "");
  if (!letter) throw new HTTPException(404);
  return letter;
}

export async function mailboxLetter(reception: Reception, visit: Visit): Promise<Response> {
  const letter = await findLetter(reception, visit);
  return show(reception, visit, (page) => letterPage(page, letter));
}

/** The HTML part alone, for the frame: it may load nothing and run nothing; its links open in the whole window. */
export async function mailboxHtml(reception: Reception, visit: Visit): Promise<Response> {
  const letter = await findLetter(reception, visit);
  visit.header(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups",
  );
  visit.header("X-Frame-Options", "SAMEORIGIN");
  visit.header("Cache-Control", "no-store");
  return visit.html(letter.html.replace(/<a /g, '<a target="_top" '));
}
