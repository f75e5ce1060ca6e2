import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export type Received = { to: string; raw: string; mail: Email };

/** A mail server in process that keeps what it gets. Its answers can be changed while it runs. */
export interface SmtpSink {
  readonly url: string;
  readonly received: Received[];
  /** What RCPT TO gets: nothing, or an error with a code. */
  onRecipient: (address: string) => Promise<Error | undefined> | Error | undefined;
  /** What the end of DATA gets. */
  onMessage: (message: Received) => Promise<Error | undefined> | Error | undefined;
  /** Resolves once this many messages are in. */
  waitFor(count: number, patience?: number): Promise<void>;
  close(): Promise<void>;
}

export function smtpError(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

/** `keep`: what is kept of a message that it has taken; all of it unless told otherwise. */
export async function startSmtpSink(
  port = 0,
  options: SMTPServerOptions = {},
  keep: (message: Received) => Received = (message) => message,
): Promise<SmtpSink> {
  const received: Received[] = [];
  const answers: Pick<SmtpSink, "onRecipient" | "onMessage"> = { onRecipient: () => undefined, onMessage: () => undefined };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onRcptTo: async ({ address }, _session, done) => done(await answers.onRecipient(address)),
    onData: async (stream, session, done) => {
      const raw = await readAll(stream);
      // The client has gone in the middle of it: there is nobody to answer.
      if (!raw) return;
      const to = session.envelope.rcptTo.map((one) => one.address).join(",");
      const message = { to, raw: raw.toString("utf8"), mail: await PostalMime.parse(raw) };
      const error = await answers.onMessage(message);
      if (!error) received.push(keep(message));
      done(error);
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.server.address() as AddressInfo;
  return Object.assign(answers, {
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    waitFor: async (count: number, patience = 10_000) => {
      const until = Date.now() + patience;
      while (received.length < count) {
        if (Date.now() > until) throw new Error(`only ${received.length} of ${count} messages came`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  });
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}
