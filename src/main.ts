import type { IncomingMessage } from "node:http";
import { flushCompileCache } from "node:module";
import { pooledRandom } from "./auth/pooled-random.ts";
import type { Wiring } from "./cli/wiring.ts";
import type { Settings } from "./config.ts";
import type { Context } from "./context.ts";
import type { Outbox } from "./outbox/worker.ts";
import type { Fetch } from "./server.ts";

/** The only place that wires parts together; each is loaded when it is needed. */
const wiring: Wiring = { environment: process.env, log, open, start };

let outbox: Outbox | undefined;

async function log(...[settings]: Parameters<Wiring["log"]>): ReturnType<Wiring["log"]> {
  const [{ createLog }, { destination }] = await Promise.all([import("./cli/create-log.ts"), import("pino")]);
  return createLog(settings.mode === "serve" ? "info" : "warn", destination({ dest: 2, sync: true }));
}

async function open(...[settings, embedded]: Parameters<Wiring["open"]>): ReturnType<Wiring["open"]> {
  const { secretsFrom } = await import("./auth/secrets.ts");
  const ownLog = await log(settings);
  const url = embedded ? undefined : settings.databaseUrl;
  const database = url === undefined ? await openEmbedded(settings, embedded) : await openShared(settings, url, ownLog);
  return {
    ...database,
    settings,
    secrets: secretsFrom(settings.secrets),
    log: ownLog,
    random: pooledRandom,
    lettersWaiting: () => outbox?.wake(),
  };
}

type Database = Pick<Context, "store" | "clock">;

async function openEmbedded(settings: Settings, embedded: Parameters<Wiring["open"]>[1]): Promise<Database> {
  const [{ openSqlite }, { databaseFile }] = await Promise.all([import("./storage/sqlite.ts"), import("./cli/read-settings.ts")]);
  const clock = embedded?.clock ?? Date.now;
  return { store: await openSqlite({ file: embedded?.file ?? databaseFile(settings), clock }), clock };
}

/** Several nodes go by one clock: that of their database. */
async function openShared({ databaseConnections: connections }: Settings, url: string, log: Context["log"]): Promise<Database> {
  const [{ openPostgres }, { followDatabaseClock }] = await Promise.all([import("./storage/postgres.ts"), import("./storage/database-clock.ts")]);
  const store = await openPostgres({ url, connections, note: (what, error) => log.warn({ err: error }, what) });
  try {
    const clock = await followDatabaseClock(store.read);
    const close = (): Promise<void> => {
      clock.stop();
      return store.close();
    };
    return { store: { ...store, close }, clock: clock.now };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function start(...[context, server, demoAccounts]: Parameters<Wiring["start"]>): ReturnType<Wiring["start"]> {
  const [{ answerDirectly }, { openedLater }, { startTimers }] = await Promise.all([
    import("./api/answer-directly.ts"),
    import("./front.ts"),
    import("./timers.ts"),
  ]);
  const transport = context.settings.smtpUrl === undefined ? undefined : (await import("./mail/transport.ts")).createTransport(context.settings);
  if (transport) outbox = (await import("./outbox/worker.ts")).startOutbox(context, transport);
  const faces = openedLater(
    () => openFaces(context, demoAccounts),
    (error) => context.log.error({ err: error }, "the pages cannot be loaded"),
  );
  server.answerWith(faces, answerDirectly(context));
  const timers = startTimers(context);
  flushCompileCache();
  return {
    stop: async () => {
      // Side by side, ten seconds at most, whatever the database does: whoever sent SIGTERM kills after thirty.
      await Promise.all([timers.stop(), outbox?.stop()]);
    },
  };
}

async function openFaces(context: Context, demoAccounts: Parameters<Wiring["start"]>[2]): Promise<Fetch> {
  const [{ createPanel }, { createApi }, { routes }, { frontOf }, { getConnInfo }, { listMailbox, readMail }] = await Promise.all([
    import("./panel/panel.ts"),
    import("./api/api.ts"),
    import("./api/routes.ts"),
    import("./front.ts"),
    import("@hono/node-server/conninfo"),
    import("./outbox/list-mailbox.ts"),
  ]);
  const panel = createPanel(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    mailbox: outbox ? undefined : { list: (filter) => listMailbox(context, filter), read: (id) => readMail(context, id) },
    demoAccounts,
    calls: routes,
  });
  const api = createApi(context, {
    socketAddress: (visit) => getConnInfo(visit).remote.address ?? "",
    target: ({ env }) => (env as { incoming: IncomingMessage }).incoming.url,
  });
  flushCompileCache();
  return frontOf({ api, panel });
}

const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), wiring);
