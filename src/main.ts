import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import type { Wiring } from "./cli/wiring.ts";
import type { Outbox } from "./outbox/worker.ts";

// Before anything of ours is loaded: what was compiled once is not compiled again, which halves the time of a start.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/handover"));

/** The only place that wires parts together; each is loaded when it is needed. */
const wiring: Wiring = { environment: process.env, open, start };

/** Nothing logs these on purpose; this holds when somebody errs. */
const secretFields = ["password", "code", "token", "secret", "secrets", "session", "cookie", "authorization"];

let outbox: Outbox | undefined;

async function open(...[settings, { file, clock = Date.now }]: Parameters<Wiring["open"]>): ReturnType<Wiring["open"]> {
  const [{ destination, pino }, { openSqlite }, { secretsFrom }] = await Promise.all([
    import("pino"),
    import("./storage/sqlite.ts"),
    import("./auth/secrets.ts"),
  ]);
  const redact = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const log = pino({ level: settings.mode === "serve" ? "info" : "warn", redact }, destination({ dest: 2, sync: true }));
  const store = await openSqlite({ file, clock });
  return { store, settings, secrets: secretsFrom(settings.secrets), log, clock, random: randomBytes, lettersWaiting: () => outbox?.wake() };
}

async function start(...[context, server, demoAccounts]: Parameters<Wiring["start"]>): ReturnType<Wiring["start"]> {
  const [{ createPanel }, { createApi }, { routes }, { frontOf }, { getConnInfo }, { listMailbox, readMail }, { startTimers }] = await Promise.all([
    import("./panel/panel.ts"),
    import("./api/api.ts"),
    import("./api/routes.ts"),
    import("./front.ts"),
    import("@hono/node-server/conninfo"),
    import("./outbox/list-mailbox.ts"),
    import("./timers.ts"),
  ]);
  const transport = context.settings.smtpUrl === undefined ? undefined : (await import("./mail/transport.ts")).createTransport(context.settings);
  if (transport) outbox = (await import("./outbox/worker.ts")).startOutbox(context, transport);
  const panel = createPanel(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    mailbox: transport ? undefined : { list: (filter) => listMailbox(context, filter), read: (id) => readMail(context, id) },
    demoAccounts,
    calls: routes,
  });
  const api = createApi(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    target: ({ env }) => (env as { incoming: IncomingMessage }).incoming.url,
  });
  server.answerWith(frontOf({ api, panel }));
  const timers = startTimers(context);
  flushCompileCache();
  return {
    stop: async () => {
      await timers.stop();
      await outbox?.stop();
    },
  };
}

const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), wiring);
