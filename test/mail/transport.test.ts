import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import type { Letter } from "../../src/mail/letters.ts";
import type { Message } from "../../src/mail/message.ts";
import { renderLetter } from "../../src/mail/render-letter.ts";
import { createTransport, type Outcome, type TransportSettings } from "../../src/mail/transport.ts";
import { type SmtpSink, smtpError, startSmtpSink } from "../support/smtp-sink.ts";
import { change, code, settings } from "./every-letter.ts";

const createdAt = Date.UTC(2026, 10, 21, 9, 30);
const link = `https://contacts.hosting.example/useraccount/contacts/709287?tab=REQUESTS&token=${code}`;

function message(language: "en" | "pl" = "en", to = "dave@example.net"): Message {
  const letter: Letter = { letter: "change-requested", facts: { ...change, part: "newcomer", siblings: [], again: false } };
  return { write: () => renderLetter(letter, { language, settings, secrets: [code] }), id: "00ab12", to, createdAt };
}

async function withSink(work: (sink: SmtpSink, transport: ReturnType<typeof createTransport>) => Promise<void>, more: Partial<TransportSettings> = {}) {
  const sink = await startSmtpSink();
  const transport = createTransport({ smtpUrl: sink.url, mailFrom: settings.mailFrom, dkim: undefined, ...more });
  try {
    await work(sink, transport);
  } finally {
    transport.close();
    await sink.close();
  }
}

/** What becomes of a letter whose server says this after that stage, byte by byte. */
async function outcomeAt(stage: "RCPT" | "DATA" | ".", answer: string): Promise<Outcome> {
  const server = createServer((socket) => {
    const say = (text: string, after: string): void => void socket.write(after === stage ? answer : text, "latin1");
    socket.on("error", () => {});
    socket.write("220 ready\r\n");
    socket.on("data", (chunk) => {
      const [verb = ""] = /^(EHLO|MAIL|RCPT|DATA|RSET)/.exec(chunk.toString()) ?? [];
      if (verb === "DATA") say("354 go on\r\n", verb);
      else if (verb !== "" || chunk.toString().endsWith("\r\n.\r\n")) say("250 ok\r\n", verb || ".");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: settings.mailFrom, dkim: undefined });
  try {
    return await transport.deliver(message());
  } finally {
    transport.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("a letter on the wire", () => {
  test("has Message-ID and date of its row, says that no person wrote it, and goes to one recipient", async () => {
    await withSink(async (sink, transport) => {
      assert.deepEqual(await transport.deliver(message()), { kind: "sent" });
      const [got] = sink.received;
      assert.equal(got?.mail.messageId, "<00ab12@hosting.example>");
      assert.equal(Date.parse(got?.mail.date ?? ""), createdAt);
      assert.equal(got?.to, "dave@example.net");
      assert.deepEqual(got?.mail.from, { address: "contacts@hosting.example", name: "Example Hosting" });
      assert.match(got?.raw ?? "", /^Auto-Submitted: auto-generated\r$/m);
    });
  });

  for (const language of ["en", "pl"] as const) {
    test(`has its link whole and alone on a line of the raw text (${language})`, async () => {
      await withSink(async (sink, transport) => {
        await transport.deliver(message(language));
        const [got] = sink.received;
        assert.ok(got?.raw.split("\r\n").includes(link), "in the raw mail");
        assert.ok(got?.mail.text?.split("\n").includes(link), "in the decoded text");
        const [, id, token] = /contacts\/([0-9]+)\?.+token=(.+)/.exec(String(got?.mail.text)) ?? [];
        assert.deepEqual([id, token], ["709287", code]);
        assert.equal(got?.mail.text?.replaceAll("\r\n", "\n").trimEnd(), message(language).write().text.trimEnd());
        assert.equal(got?.mail.html?.trim(), message(language).write().html.trim());
      });
    });
  }

  test("is folded only where SMTP does not carry a line, and says the same", async () => {
    await withSink(async (sink, transport) => {
      const long = `${"contacts/1?tab=REQUESTS ".repeat(60)}…`;
      const write = () => ({ subject: `Zażółć ${"gęślą ".repeat(20)}jaźń`, text: `short\n${long}\n.\n`, html: "<p>…</p>\n" });
      assert.deepEqual(await transport.deliver({ ...message(), write }), { kind: "sent" });
      const [got] = sink.received;
      assert.equal(got?.mail.text?.trimEnd(), `short\n${long}\n.`);
      assert.equal(got?.mail.subject, write().subject);
      assert.ok(got?.raw.split("\r\n").every((line) => Buffer.byteLength(line) <= 998));
      assert.match(got?.raw ?? "", /^Content-Type: text\/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r$/m);
    });
  });

  test("is not even written where the server does not want to hear it", async () => {
    await withSink(async (sink, transport) => {
      sink.onRecipient = () => smtpError(550, "5.1.1 no such mailbox");
      let written = 0;
      const write = () => {
        written += 1;
        return message().write();
      };
      await transport.deliver({ ...message(), write });
      assert.equal(written, 0);
      sink.onRecipient = () => undefined;
      await transport.deliver({ ...message(), write });
      assert.equal(written, 1);
    });
  });

  test("is signed by DKIM where that is set", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const dkim = { domain: "hosting.example", selector: "s1", privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) };
    await withSink(
      async (sink, transport) => {
        await transport.deliver(message());
        const signature = sink.received[0]?.mail.headers.find((header) => header.key === "dkim-signature")?.value;
        assert.match(String(signature), /d=hosting\.example;.*s=s1;/);
        assert.match(String(signature), /h=.*message-id/i);
      },
      { dkim },
    );
  });

  test("goes to no second address that hides in the first", async () => {
    await withSink(async (sink, transport) => {
      const outcome = await transport.deliver(message("en", "dave@example.net, mallory@example.org"));
      assert.notEqual(outcome.kind, "sent");
      await transport.deliver(message("en", "dave@example.net\r\nBcc: mallory@example.org"));
      for (const got of sink.received) assert.doesNotMatch(got.to, /mallory@example\.org$/);
    });
  });

  test("is given with user and password", async () => {
    const seen: unknown[] = [];
    const sink = await startSmtpSink(0, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (auth, _session, done) => {
        seen.push(auth.username, auth.password);
        done(null, { user: auth.username });
      },
    });
    const transport = createTransport({ smtpUrl: sink.url.replace("//", "//shop:p%40ss@"), mailFrom: settings.mailFrom, dkim: undefined });
    assert.deepEqual(await transport.deliver(message()), { kind: "sent" });
    assert.deepEqual(seen, ["shop", "p@ss"]);
    transport.close();
    await sink.close();
  });
});

for (const [scheme, options] of Object.entries({ smtps: { secure: true }, smtp: { disabledCommands: [] } })) {
  test(`a letter goes by TLS to a relay on this machine, whose certificate nobody signed (${scheme})`, async () => {
    const sessions: boolean[] = [];
    const sink = await startSmtpSink(0, {
      ...options,
      onMailFrom: (_address, session, done) => {
        sessions.push(session.secure);
        done();
      },
    });
    const transport = createTransport({ smtpUrl: sink.url.replace("smtp:", `${scheme}:`), mailFrom: settings.mailFrom, dkim: undefined });
    assert.deepEqual(await transport.deliver(message()), { kind: "sent" });
    assert.deepEqual(sessions, [true]);
    transport.close();
    await sink.close();
  });
}

describe("the outcome of a delivery", () => {
  test("is final when the server does not know the recipient", async () => {
    await withSink(async (sink, transport) => {
      sink.onRecipient = () => smtpError(550, "5.1.1 no such mailbox");
      assert.deepEqual(await transport.deliver(message()), { kind: "final", reason: "550 5.1.1 no such mailbox" });
    });
  });

  test("is final when the server refuses what is written", async () => {
    await withSink(async (sink, transport) => {
      sink.onMessage = () => smtpError(554, "5.7.1 looks like spam");
      assert.deepEqual(await transport.deliver(message()), { kind: "final", reason: "554 5.7.1 looks like spam" });
    });
  });

  test("says why in one line that can be kept and shown anywhere, whatever the server says", async () => {
    const outcome = await outcomeAt("RCPT", "450 4.1.1 no\0one\u001b[2J\u009b here\r\n");
    assert.deepEqual(outcome, { kind: "later", reason: "450 4.1.1 no one [2J here" });
  });

  test("is to be tried later when the server says so", async () => {
    await withSink(async (sink, transport) => {
      sink.onRecipient = () => smtpError(450, "4.2.0 greylisted");
      assert.deepEqual(await transport.deliver(message()), { kind: "later", reason: "450 4.2.0 greylisted" });
    });
  });

  for (const stage of ["RCPT", "DATA", "."] as const) {
    test(`is to be tried later when the server talks nonsense after ${stage}: that is no refusal`, async () => {
      assert.equal((await outcomeAt(stage, "what?\r\n")).kind, "later");
    });
  }

  test("is to be tried later when the password is wrong: the recipient has no part in that", async () => {
    const sink = await startSmtpSink(0, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(smtpError(535, "5.7.8 bad password")),
    });
    const transport = createTransport({ smtpUrl: sink.url.replace("//", "//shop:secret@"), mailFrom: settings.mailFrom, dkim: undefined });
    const outcome = await transport.deliver(message());
    assert.equal(outcome.kind === "later" && outcome.trouble, "login");
    assert.doesNotMatch(JSON.stringify(outcome), /secret/);
    transport.close();
    await sink.close();
  });

  test("is to be tried later when nobody listens", async () => {
    const sink = await startSmtpSink();
    await sink.close();
    const transport = createTransport({ smtpUrl: sink.url, mailFrom: settings.mailFrom, dkim: undefined });
    const outcome = await transport.deliver(message());
    assert.equal(outcome.kind === "later" && outcome.trouble, "server", "it says nothing about the letter");
    transport.close();
  });

  test("is to be tried later when the connection drops in the middle of DATA, and the transport does not send it again by itself", async () => {
    let connections = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.write("220 ready\r\n");
      socket.on("data", (chunk) => {
        const line = chunk.toString();
        if (/^DATA/m.test(line)) socket.write("354 go on\r\n");
        else if (/^(EHLO|MAIL|RCPT)/.test(line)) socket.write("250 ok\r\n");
        else socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const transport = createTransport({ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: settings.mailFrom, dkim: undefined });
    assert.equal((await transport.deliver(message())).kind, "later");
    assert.equal(connections, 1);
    transport.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test("is to be tried later when it was given up", async () => {
    await withSink(async (sink, transport) => {
      sink.onRecipient = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 300));
      assert.equal((await transport.deliver(message(), AbortSignal.timeout(50))).kind, "later");
    });
  });
});
