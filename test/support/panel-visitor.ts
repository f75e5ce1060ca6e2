import { openSession } from "../../src/actions/accounts/open-session.ts";
import { routes } from "../../src/api/routes.ts";
import type { Settings } from "../../src/config.ts";
import type { Context } from "../../src/context.ts";
import { listMailbox, readMail } from "../../src/outbox/list-mailbox.ts";
import { createPanel } from "../../src/panel/panel.ts";
import { findAccountByHandle } from "../../src/storage/queries/accounts.ts";
import { createStage, type Name, type Stage } from "./cast.ts";
import { inTurn, type Nodes, openNodes } from "./nodes.ts";

/** The panel in process, with the cast; of several nodes, where the engine allows them, each request goes to the next. */
export interface Lobby extends Stage {
  /** A browser without a window: it keeps cookies and follows nothing by itself. */
  visitor(options?: VisitorOptions): Visitor;
  /** The same, signed in. */
  as(name: Name, options?: VisitorOptions): Promise<Visitor>;
}

export type VisitorOptions = { socketAddress?: string; headers?: Record<string, string> };

export interface Visitor {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  head(path: string): Promise<Answer>;
  /** As a form of our own pages sends it. */
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
}

/** `goesTo`: path and query of a redirect; `text`: the body; `setCookies`: as they were sent. */
export type Answer = { status: number; goesTo: string; text: string; setCookies: string[]; headers: Headers };

export async function openLobby(options: Partial<Settings> = {}): Promise<Lobby> {
  const stage = await createStage(options);
  const nodes = await openNodes(stage);
  const visitor = (given: VisitorOptions = {}): Visitor => makeVisitor(nodes, given);
  return {
    ...stage,
    close: async () => {
      await nodes.close();
      await stage.close();
    },
    visitor,
    async as(name, given) {
      const one = visitor(given);
      const account = await findAccountByHandle(stage.store.read, stage.who[name].handle);
      const session = await stage.store.write((tx) => openSession(stage.context, tx, account?.id ?? 0));
      one.cookies.set("__Host-session", session);
      return one;
    },
  };
}

function makeVisitor({ contexts }: Nodes, { socketAddress = "127.0.0.1", headers: usual = {} }: VisitorOptions): Visitor {
  const next = inTurn(contexts.map((context) => panelOf(context, socketAddress)));
  const { baseUrl } = (contexts[0] as Context).settings;
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { Host: new URL(baseUrl).host, ...(cookie && { Cookie: cookie }), ...usual, ...(init.headers as Record<string, string>) };
    const answer = await next().request(baseUrl + path, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    const location = answer.headers.get("Location") ?? "";
    return { status: answer.status, goesTo: location, text: await answer.text(), setCookies: answer.headers.getSetCookie(), headers: answer.headers };
  };
  return {
    cookies,
    get: (path, headers = {}) => send(path, { headers }),
    head: (path) => send(path, { method: "HEAD" }),
    post: (path, fields = {}, headers = { "Sec-Fetch-Site": "same-origin" }) => send(path, { method: "POST", body: new URLSearchParams(fields), headers }),
  };
}

function panelOf(context: Context, socketAddress: string): ReturnType<typeof createPanel> {
  const mailbox = { list: (filter: { to?: string }) => listMailbox(context, filter), read: (id: string) => readMail(context, id) };
  return createPanel(context, { socketAddress: () => socketAddress, mailbox, calls: routes });
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ""] = line.split(";");
  const cut = pair.indexOf("=");
  if (/Max-Age=0/i.test(line)) cookies.delete(pair.slice(0, cut));
  else cookies.set(pair.slice(0, cut), decodeURIComponent(pair.slice(cut + 1)));
}
