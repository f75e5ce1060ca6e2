import { endNode, startNode } from "../faults/support/node-process.ts";
import { freePort } from "../test/support/free-port.ts";
import { benchSecret } from "./bench-keys.ts";

/** A process that answers. `started`: ms from its start to its first answer. */
export type RunningServer = { readonly url: string; readonly pid: number; readonly started: number; stop(): Promise<void> };

/** Where a mail server would be that is away: letters wait. */
const nobody = "smtp://127.0.0.1:9";

export type Wanted = {
  data: string;
  database?: string;
  smtp?: string;
  settings?: NodeJS.ProcessEnv;
  command?: readonly string[];
  profile?: string | undefined;
};

/** `handover serve` as an operator starts it. `command`: in front of it, as strace; `profile`: the folder for a profile of its processor time. */
export async function startServer({ data, database, smtp = nobody, settings = {}, command, profile }: Wanted): Promise<RunningServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env["PATH"],
    HANDOVER_DATA: data,
    ...(database === undefined ? {} : { HANDOVER_DATABASE_URL: database }),
    HANDOVER_BASE_URL: "https://bench.example",
    HANDOVER_SMTP_URL: smtp,
    HANDOVER_SECRET: benchSecret,
    PORT: String(port),
    ...(profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
    ...settings,
  };
  const { process: child, readyAfter } = await startNode(environment, command);
  return { url, pid: child.pid ?? 0, started: readyAfter, stop: () => endNode(child, "SIGTERM") };
}
