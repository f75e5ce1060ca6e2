import { type NodemailerError, createTransport as nodemailer, type SMTPPoolOptions } from "nodemailer";
import type { Settings } from "../config.ts";
import { isLoopbackHost } from "../domain/loopback.ts";
import { type Message, messageFor } from "./message.ts";

/** What became of a message: taken by the server; to be tried later; or refused for this recipient in a way that will hardly change. */
export type Outcome = { kind: "sent" } | { kind: "later" | "final"; reason: string /** The server wants fewer connections. */; crowded?: true };

export interface Transport {
  /** Never throws. `signal` gives a delivery up that takes too long. */
  deliver(message: Message, signal?: AbortSignal): Promise<Outcome>;
  /** Ends its connections, also those that are still delivering. */
  close(): void;
}

export type TransportSettings = Pick<Settings, "smtpUrl" | "mailFrom" | "dkim">;

/** How many connections a transport opens, where so many are needed at once: what Postfix lets one client have. */
export const mostConnections = 50;

/** The way to the operator's mail server. Without an `smtpUrl` there is none: letters wait in the outbox. */
export function createTransport({ smtpUrl, mailFrom, dkim }: TransportSettings): Transport {
  if (smtpUrl === undefined) throw new Error("no mail server is set");
  const pool = nodemailer(poolOptions(smtpUrl, dkim));
  return {
    deliver: (message, signal) => {
      const sending = pool.sendMail({ ...messageFor(message, mailFrom), ...(signal ? { signal } : {}) });
      const sent = sending.then((): Outcome => ({ kind: "sent" })).catch(outcomeOf);
      return signal ? Promise.race([sent, givenUp(signal)]) : sent;
    },
    close: () => pool.close({ force: true }),
  };
}

/** Whatever becomes of the connection: nobody waits for a delivery longer than its signal says. */
function givenUp(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({ kind: "later", reason: "given up, it took too long" }), { once: true });
  });
}

function poolOptions(url: string, dkim: TransportSettings["dkim"]): SMTPPoolOptions & { pool: true } {
  const { hostname, username } = new URL(url);
  return {
    pool: true,
    url,
    maxConnections: mostConnections,
    maxMessages: 1000,
    // Once, when a connection that was idle turns out to be dead; all else is tried again by the outbox.
    maxRequeues: 1,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 60_000,
    // A relay on this machine has a certificate that nobody signed; elsewhere a password travels by TLS or not at all.
    ...(isLoopbackHost(hostname) ? { tls: { rejectUnauthorized: false } } : { requireTLS: username !== "" }),
    ...(dkim ? { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey } } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** 5xx for the recipient or for the content is final; what concerns the sender, the password or the way there is tried again. */
function outcomeOf(error: NodemailerError): Outcome {
  const aboutRecipient = error.code === "EMESSAGE" || (error.code === "EENVELOPE" && error.command !== "MAIL FROM");
  const refused = error.permanent === true || error.responseCode === undefined;
  const kind = aboutRecipient && refused ? "final" : "later";
  return { kind, reason: reasonOf(error), ...(error.responseCode === 421 ? { crowded: true } : {}) };
}

/** One line for the operator; the server's words, where it said any. */
function reasonOf(error: NodemailerError): string {
  return (error.response ?? error.message).replace(/\s+/g, " ").slice(0, 300);
}
