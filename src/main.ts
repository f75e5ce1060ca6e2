import { randomBytes } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import { destination, pino } from "pino";
import { secretsFrom } from "./auth/secrets.ts";
import { runCommand } from "./cli/run-command.ts";
import type { Wiring } from "./cli/wiring.ts";
import type { Outbox } from "./outbox/worker.ts";
import { openSqlite } from "./storage/sqlite.ts";

/** The only place that wires parts together. What only a server needs is loaded when one starts. */
const wiring: Wiring = { environment: process.env, open, start };

/** Nothing logs these on purpose; this holds when somebody errs. */
const secretFields = ["password", "code", "token", "secret", "secrets", "session", "cookie", "authorization"];

let outbox: Outbox | undefined;

async function open(...[settings, { file, clock = Date.now }]: Parameters<Wiring["open"]>): ReturnType<Wiring["open"]> {
  const redact = [...secretFields, ...secretFields.map((field) => `*.${field}`), ...secretFields.map((field) => `*.*.${field}`)];
  const log = pino({ level: settings.mode === "serve" ? "info" : "warn", redact }, destination({ dest: 2, sync: true }));
  const store = await openSqlite({ file, clock });
  return { store, settings, secrets: secretsFrom(settings.secrets), log, clock, random: randomBytes, lettersWaiting: () => outbox?.wake() };
}

async function start(...[context, server, demoAccounts]: Parameters<Wiring["start"]>): ReturnType<Wiring["start"]> {
  const [{ createPanel }, { listMailbox }, { startTimers }] = await Promise.all([
    import("./panel/panel.ts"),
    import("./outbox/list-mailbox.ts"),
    import("./timers.ts"),
  ]);
  const transport = context.settings.smtpUrl === undefined ? undefined : (await import("./mail/transport.ts")).createTransport(context.settings);
  if (transport) outbox = (await import("./outbox/worker.ts")).startOutbox(context, transport);
  const timers = startTimers(context);
  const panel = createPanel(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    mailbox: transport ? undefined : (filter) => listMailbox(context, filter),
    demoAccounts,
  });
  server.answerWith(panel.fetch);
  return {
    stop: async () => {
      await timers.stop();
      await outbox?.stop();
      transport?.close();
    },
  };
}

process.exitCode = await runCommand(process.argv.slice(2), wiring);
