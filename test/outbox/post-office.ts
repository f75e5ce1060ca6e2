import type { Context } from "../../src/context.ts";
import type { Letter } from "../../src/mail/letters.ts";
import { createTransport, type Transport } from "../../src/mail/transport.ts";
import type { OutboxRow } from "../../src/outbox/claim-letters.ts";
import { enqueueLetter } from "../../src/outbox/enqueue.ts";
import { type Outbox, startOutbox } from "../../src/outbox/worker.ts";
import type { OpenStore } from "../support/each-store.ts";
import { type SmtpSink, startSmtpSink } from "../support/smtp-sink.ts";
import { createWorld, type World } from "../support/world.ts";

export const code = "h7Kq2mXw9TzR4vLc8NbY3pJd6FsG1aQe";

/** A world with one account, a mail server, and workers between them. */
export interface PostOffice extends World {
  readonly sink: SmtpSink;
  /** Puts a letter with a code for dave into the outbox. */
  write(to?: string): Promise<string>;
  /** A worker, by SMTP unless told otherwise; stopped with the office. */
  work(transport?: Transport): Outbox;
  smtp(): Transport;
  row(id: string): Promise<OutboxRow>;
  /** Waits until a row is in one of these states. */
  waitFor(id: string, ...states: OutboxRow["state"][]): Promise<OutboxRow>;
}

export async function openPostOffice(openStore?: OpenStore): Promise<PostOffice> {
  const sink = await startSmtpSink();
  const world = await createWorld({ smtpUrl: sink.url }, openStore);
  const accountId = await addAccount(world.context);
  const outboxes: Outbox[] = [];
  const smtp = (): Transport => createTransport(world.settings);

  const row: PostOffice["row"] = (id) => world.store.read.selectFrom("outbox").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

  const waitFor: PostOffice["waitFor"] = async (id, ...states) => {
    const until = Date.now() + 10_000;
    for (;;) {
      const found = await row(id);
      if (states.includes(found.state)) return found;
      if (Date.now() > until) throw new Error(`the letter is ${found.state}, not ${states.join(" or ")}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  return {
    ...world,
    sink,
    smtp,
    row,
    waitFor,
    write: (to = "dave@example.net") =>
      world.store.write((tx) => enqueueLetter(world.context, tx, { ...requested, ...addressed(accountId, to), secrets: [code] })),
    work: (transport = smtp()) => {
      const outbox = startOutbox(world.context, transport);
      outboxes.push(outbox);
      return outbox;
    },
    close: async () => {
      await Promise.all(outboxes.map((outbox) => outbox.stop(100)));
      await sink.close();
      await world.close();
    },
  };
}

/** Runs a test in a post office and closes it afterwards. */
export async function inPostOffice(work: (office: PostOffice) => Promise<void>, openStore?: OpenStore): Promise<void> {
  const office = await openPostOffice(openStore);
  try {
    await work(office);
  } finally {
    await office.close();
  }
}

const alice = { handle: "aa100001-ovh", name: "Alice Verhoeven" };
const bob = { handle: "bb200417-ovh", name: "Bob Kowalski" };
const dave = { handle: "dd400310-ovh", name: "Dave Lindqvist" };

const requested: Letter = {
  letter: "change-requested",
  facts: {
    id: 1,
    service: "example.net",
    product: "domain",
    roles: ["tech"],
    asker: alice,
    from: bob,
    to: dave,
    expiresAt: Date.UTC(2026, 0, 22, 12),
    part: "newcomer",
    siblings: [],
    again: false,
  },
};

const addressed = (id: number, email: string) => ({ to: { id, email, language: "en" as const }, requestId: 1, approvalId: 1 });

async function addAccount(context: Context): Promise<number> {
  return context.store.write(async (tx) => {
    const email = "dave@example.net";
    const values = { handle: dave.handle, name: dave.name, email, email_key: email, email_verified_at: 1, language: "en", password_hash: null } as const;
    const { id } = await tx.db
      .insertInto("account")
      .values({ ...values, status: "active", asking_blocked_until: null, created_at: 1 })
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  });
}
