import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import type { TestContext } from "node:test";
import { getConnInfo } from "@hono/node-server/conninfo";
import { answerDirectly } from "../../src/api/answer-directly.ts";
import { createApi } from "../../src/api/api.ts";
import { routes } from "../../src/api/routes.ts";
import { hashPassword } from "../../src/auth/passwords.ts";
import type { Settings } from "../../src/config.ts";
import type { Context } from "../../src/context.ts";
import { frontOf } from "../../src/front.ts";
import { listMailbox, type MailboxItem, readMail } from "../../src/outbox/list-mailbox.ts";
import { createPanel } from "../../src/panel/panel.ts";
import { listen, type RunningServer } from "../../src/server.ts";
import { createStage, names, type Stage } from "./cast.ts";
import { openNodes } from "./nodes.ts";
import { openRoundRobin } from "./round-robin.ts";

/** The stage behind real servers: what a browser sees. Everybody's password is `password`. */
export interface House extends Stage {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The letters to one of the cast, or to an address, newest first, as /mailbox gives them. */
  readonly letters: (to: string) => Promise<MailboxItem[]>;
}

export const password = "correct horse battery";

/** Opens a house on a free port for one test, and closes it after. On PostgreSQL it is three nodes behind a round-robin proxy, which nobody should notice. */
export async function openHouse(test: TestContext, options: Partial<Settings> = {}): Promise<House> {
  const door = await openRoundRobin(options.tls);
  const baseUrl = `${options.tls ? "https" : "http"}://127.0.0.1:${door.port}`;
  const stage = await createStage({ ...options, baseUrl });
  const nodes = await openNodes(stage);
  const servers = await Promise.all(nodes.contexts.map(serve));
  test.after(async () => {
    await door.stop();
    for (const server of servers) await server.stop(1000);
    await nodes.close();
    await stage.close();
  });
  await givePasswords(stage);
  door.passTo(servers.map((server) => server.port));
  return { ...stage, baseUrl, letters: (to) => readMailbox(baseUrl, to.includes("@") ? to : `${to}@example.com`) };
}

/** A node as the real program has it. */
async function serve(context: Context): Promise<RunningServer> {
  const server = await listen({ host: "127.0.0.1", port: 0, tls: undefined });
  const panel = createPanel(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    calls: routes,
    mailbox: { list: (filter) => listMailbox(context, filter), read: (id) => readMail(context, id) },
  });
  const api = createApi(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    target: ({ env }) => (env as { incoming: IncomingMessage }).incoming.url,
  });
  server.answerWith(frontOf({ api, panel }), answerDirectly(context));
  return server;
}

let hash: Promise<string> | undefined;

/** One hash for all: making one is slow on purpose. */
async function givePasswords(stage: Stage): Promise<void> {
  hash ??= hashPassword(stage.context, password);
  const password_hash = await hash;
  await stage.store.write((tx) =>
    tx.db
      .updateTable("account")
      .set({ password_hash })
      .where(
        "handle",
        "in",
        names.map((name) => stage.who[name].handle),
      )
      .execute(),
  );
}

async function readMailbox(baseUrl: string, to: string): Promise<MailboxItem[]> {
  const answer = await fetch(`${baseUrl}/mailbox?to=${encodeURIComponent(to)}`, { headers: { Accept: "application/json" } });
  assert.equal(answer.status, 200);
  return (await answer.json()) as MailboxItem[];
}
