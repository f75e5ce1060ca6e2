import { Readable } from "node:stream";
import { type NodemailerError, createTransport as nodemailer, type SMTPPoolOptions } from "nodemailer";
import DKIM from "nodemailer/lib/dkim";
import MimeNode from "nodemailer/lib/mime-node";
import type { Settings } from "../config.ts";
import { isLoopbackHost } from "../domain/loopback.ts";
import { type Message, messageComposer, messageIdOf } from "./message.ts";

/** What became of a message: taken by the server; to be tried later; or refused for this recipient in a way that will hardly change. */
export type Outcome =
  | { kind: "sent" }
  | { kind: "final"; reason: string }
  | {
      kind: "later";
      reason: string;
      /**
       * No word about this message. `server`: the talk never came to it; `login`: nor will it, name and password were refused; `connection`: broken off
       * or silent, nobody knows over what; `slow`: put aside before any of it was sent; `sealed`: not even begun, since this node cannot open its codes.
       */
      trouble?: "server" | "login" | "connection" | "slow" | "sealed";
      /** The server wants fewer connections. */
      crowded?: true;
    };

export interface Transport {
  /** Never throws. `giveUp` ends a delivery that takes too long; `putAside` ends it only while nothing of the message has been sent. */
  deliver(message: Message, giveUp?: AbortSignal, putAside?: AbortSignal): Promise<Outcome>;
  /** Ends its connections, also those that are still delivering. */
  close(): void;
}

export type TransportSettings = Pick<Settings, "smtpUrl" | "mailFrom" | "dkim">;

/** How many connections a transport opens, where so many are needed at once: what Postfix lets one client have. */
export const mostConnections = 50;

/** How long (ms) to wait for a connection, for the first word, and for each word after it. */
const waits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000 };

/** The way to the operator's mail server. Without an `smtpUrl` there is none: letters wait in the outbox. `patience`: tests wait less. */
export function createTransport({ smtpUrl, mailFrom, dkim }: TransportSettings, patience: typeof waits = waits): Transport {
  if (smtpUrl === undefined) throw new Error("no mail server is set");
  const pool = nodemailer({ ...poolOptions(smtpUrl), ...patience });
  const open = messageOpener(mailFrom, dkim);
  const sender = senderOf(mailFrom);
  const leaving = new WeakMap<AbortSignal, Leaving>();
  pool.use("stream", (mail, done) => {
    const letter = mail.data.signal && leaving.get(mail.data.signal);
    if (letter) mail.message.createReadStream = () => (letter.stream = open(letter.message));
    done();
  });
  return {
    deliver: (message, giveUp, putAside) => {
      const cut = new AbortController();
      const letter: Leaving = { message };
      leaving.set(cut.signal, letter);
      // As an object: a comma in it makes no second recipient.
      const envelope = { from: sender, to: { name: "", address: message.to } };
      const sending = pool.sendMail({ envelope, messageId: messageIdOf(message.id, mailFrom), signal: cut.signal });
      const sent = sending.then((): Outcome => ({ kind: "sent" })).catch(outcomeOf);
      if (!giveUp && !putAside) return sent;
      const ended = Promise.withResolvers<Outcome>();
      const end = (outcome: Outcome): void => {
        cut.abort();
        ended.resolve(outcome);
      };
      // Whatever becomes of the connection: nobody waits for a delivery longer than its signals say.
      whenAborted(giveUp, () => end(tooLong));
      whenAborted(putAside, () => {
        if (letter.stream?.readableDidRead !== true) end(tooSlow);
      });
      return Promise.race([sent, ended.promise]);
    },
    close: () => pool.close({ force: true }),
  };
}

const tooLong: Outcome = { kind: "later", reason: "given up, it took too long", trouble: "connection" };
const tooSlow: Outcome = { kind: "later", reason: "put aside, too many others are slow", trouble: "slow" };

function whenAborted(signal: AbortSignal | undefined, act: () => void): void {
  if (signal?.aborted) act();
  else signal?.addEventListener("abort", act, { once: true });
}

/** `stream`: from which the message is sent: once it has been read from, the server may have the message. */
type Leaving = { readonly message: Message; stream?: Readable };

/** Opens a message to be read, which is written only then: one whose recipient is refused, or too slow, costs nothing. */
function messageOpener(mailFrom: string, dkim: TransportSettings["dkim"]): (message: Message) => Readable {
  const compose = messageComposer(mailFrom);
  const open = (message: Message): Readable =>
    new Readable({
      read() {
        this.push(compose(message));
        this.push(null);
      },
    });
  if (!dkim) return open;
  const signer = new DKIM({ domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey });
  return (message) => signer.sign(open(message));
}

/** The address in it. */
function senderOf(mailFrom: string): string {
  return new MimeNode("text/plain").setHeader("From", mailFrom).getEnvelope().from || "";
}

function poolOptions(url: string): SMTPPoolOptions & { pool: true } {
  const { hostname, username } = new URL(url);
  return {
    pool: true,
    url,
    maxConnections: mostConnections,
    maxMessages: 1000,
    // Once, when a connection that was idle turns out to be dead; all else is tried again by the outbox.
    maxRequeues: 1,
    // A relay on this machine has a certificate that nobody signed; elsewhere a password travels by TLS or not at all.
    ...(isLoopbackHost(hostname) ? { tls: { rejectUnauthorized: false } } : { requireTLS: username !== "" }),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** 5xx for the recipient or for the content is final; what concerns the sender, the password or the way there is tried again. */
function outcomeOf(error: NodemailerError): Outcome {
  const reason = reasonOf(error);
  const aboutMessage = error.code === "EMESSAGE" || error.code === "EENVELOPE";
  const crowded = error.responseCode === 421;
  if (crowded || !aboutMessage) return { kind: "later", reason, trouble: troubleOf(error), ...(crowded ? { crowded } : {}) };
  // Without a code: what nodemailer itself refuses; or, where there are words, nonsense, which says nothing about the recipient.
  const refused = error.permanent === true || (error.responseCode === undefined && error.response === undefined);
  return { kind: refused && error.command !== "MAIL FROM" ? "final" : "later", reason };
}

function troubleOf(error: NodemailerError): "server" | "login" | "connection" {
  if (error.code === "EAUTH" && error.permanent === true) return "login";
  return beforeMessage(error) ? "server" : "connection";
}

/** Whether it failed before this message was spoken of: on the way there, at the greeting, or at the door. */
function beforeMessage({ code, syscall, timeoutType, responseCode }: NodemailerError): boolean {
  if (code === "ESOCKET") return syscall === "connect";
  if (code === "ETIMEDOUT") return timeoutType !== undefined && timeoutType !== "SOCKET_TIMEOUT";
  if (code === "EPROTOCOL" || code === "ECONNECTION") return responseCode === 421;
  return code === "EDNS" || code === "ETLS" || code === "EAUTH" || code === "ENOAUTH";
}

/** One line for the operator; the server's words, where it said any, without what would stir up a terminal or stop a database. */
function reasonOf(error: NodemailerError): string {
  return (error.response ?? error.message).replace(/[\s\p{Cc}]+/gu, " ").slice(0, 300);
}
