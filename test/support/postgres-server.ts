import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFile, chmod, mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { markOfRun } from "./mark-of-run.ts";
import { type Account, provideBinaries, run, serverAccount } from "./postgres-binaries.ts";

/** A real PostgreSQL of its own, on a port of the loopback that the system chose. */
export interface PostgresServer {
  /** Where its log, and with it all that is its own, lies. */
  readonly folder: string;
  readonly port: number;
  /** The process id of its postmaster, the newest one after `start`. */
  readonly pid: number;
  /** Its superuser's way to this database. */
  url(database: string): string;
  /** Starts it again after `kill`, on the same port and data; settles once it accepts connections. */
  start(): Promise<void>;
  /** SIGKILL to the postmaster, as if power were lost; settles once it is gone. */
  kill(): Promise<void>;
  /** A fast shutdown; removes everything. */
  stop(): Promise<void>;
}

const user = "handover";

/**
 * Starts PostgreSQL from the npm package, or from the machine, with everything under `folder`, or under /tmp where `folder` is private to root, whom
 * PostgreSQL does not serve. It syncs as in earnest, in memory where the machine lets it. `environment`: of its processes, for another clock. When this process dies, it ends and leaves nothing.
 */
export async function startPostgres(
  folder: string = tmpdir(),
  settings: Readonly<Record<string, string>> = {},
  environment: NodeJS.ProcessEnv = {},
): Promise<PostgresServer> {
  const account = serverAccount();
  const home = await ownFolder(account ? "/tmp" : folder, account);
  const memory = await hasMemoryDisk();
  const place = memory ? await ownFolder("/dev/shm", account) : home;
  const owned = [...new Set([home, place])];
  const remove = async (): Promise<void> => {
    for (const one of owned) await rm(one, { recursive: true, force: true });
  };
  try {
    const binaries = await provideBinaries(home, account);
    const data = join(place, "data");
    const password = randomBytes(16).toString("hex");
    await initialize({ binaries, data, home, password, account });
    await configure(data, settings);
    const log = join(home, "postgres.log");
    const postmaster = await startOnFreePort({ command: join(binaries, "postgres"), data, log, owned, account, environment });
    const { port } = postmaster;
    return {
      folder: home,
      port,
      get pid() {
        return postmaster.pid;
      },
      url: (database) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`,
      start: () => postmaster.start(),
      kill: () => postmaster.end("SIGKILL"),
      stop: async () => {
        await postmaster.end("SIGINT");
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A fresh folder that belongs to the account of the server. */
async function ownFolder(parent: string, account: Account): Promise<string> {
  const folder = await mkdtemp(join(parent, "handover-postgres-"));
  await chmod(folder, 0o755);
  if (account) await run("chown", [`${account.uid}:${account.gid}`, folder]);
  return folder;
}

/** Syncs cost nothing in memory. What containers call /dev/shm is often too small. */
async function hasMemoryDisk(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs("/dev/shm");
    return bavail * bsize > 2 * 2 ** 30;
  } catch {
    return false;
  }
}

type Initialization = { binaries: string; data: string; home: string; password: string; account: Account };

/** The words are sorted as English dictionaries do: what our queries order or compare by must not depend on it. */
async function initialize({ binaries, data, home, password, account }: Initialization): Promise<void> {
  const secret = join(home, "password");
  await writeFile(secret, password);
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en"];
  // The password is random: one round of hashing makes it no weaker, and connections quick. Debian's older initdb cannot set it; then it is only slower.
  const rest = ["-D", data, "-U", user, `--pwfile=${secret}`, "--auth=scram-sha-256", "--no-instructions", ...locale];
  await run(join(binaries, "initdb"), [...rest, "--set=scram_iterations=1"], account).catch(async () => {
    await rm(data, { recursive: true, force: true });
    await run(join(binaries, "initdb"), rest, account);
  });
  await rm(secret);
}

const usual: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "300",
  // Databases come and go by the hundred; what a test does not measure need not work beside it.
  autovacuum_naptime: "5min",
  max_wal_size: "512MB",
  jit: "off",
};

async function configure(data: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries({ ...usual, ...settings }).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  await appendFile(join(data, "postgresql.conf"), lines.join(""));
}

/**
 * Holds the server. Its input is a pipe from us: when we die, however that is, the pipe ends and so does the server, and its folders go.
 * A session of its own, so that Ctrl-C reaches us alone and we stop it in order.
 */
const keeper = `
log=$1; folders=$2; shift 2
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
server=$!
echo $server
( read -r never <&3; trap '' TERM; kill -QUIT $server; while kill -0 $server 2>&-; do sleep 0.05; done; rm -rf $folders ) >&- 2>&- &
guard=$!
exec >&- 3<&-
wait $server
kill $guard 2>&-
`;

/** Between the look for a free port and the start another program may have taken it. */
async function startOnFreePort(setup: Setup, triesLeft = 5): Promise<Postmaster> {
  const postmaster = new Postmaster(setup, await freePort());
  try {
    await postmaster.start();
    return postmaster;
  } catch (error) {
    if (triesLeft === 0 || !/Address already in use/.test(String(error))) throw error;
    return startOnFreePort(setup, triesLeft - 1);
  }
}

type Setup = { command: string; data: string; log: string; owned: string[]; account: Account; environment: NodeJS.ProcessEnv };

class Postmaster {
  pid = 0;
  readonly port: number;
  readonly #setup: Setup;
  #keeper: ChildProcess | undefined;

  constructor(setup: Setup, port: number) {
    this.#setup = setup;
    this.port = port;
  }

  async start(triesLeft = 20): Promise<void> {
    const { command, data, log, owned, account, environment } = this.#setup;
    const child = spawn("sh", ["-c", keeper, "keeper", log, owned.join(" "), command, "-D", data, "-p", `${this.port}`], {
      ...account,
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
      env: { PATH: process.env["PATH"], LC_ALL: "C", ...markOfRun(), ...environment },
    });
    this.#keeper = child;
    const [line] = (await once(child.stdout as NodeJS.EventEmitter, "data")) as [Buffer];
    this.pid = Number(line.toString());
    for (const one of [child, child.stdin, child.stdout]) (one as unknown as { unref(): void }).unref();
    while (!(await this.#isReady())) {
      if (child.exitCode === null) await sleep(20);
      // After a kill its children need a moment until the memory that they share is free.
      else if (triesLeft > 0 && /pre-existing shared memory|still in use/.test(await readFile(log, "utf8")))
        return sleep(100).then(() => this.start(triesLeft - 1));
      else throw new Error(`PostgreSQL does not start: ${(await readFile(log, "utf8")).slice(-1000)}`);
    }
  }

  /** The file also lies there after a kill, with the pid of the one that was killed. */
  async #isReady(): Promise<boolean> {
    const file = await readFile(join(this.#setup.data, "postmaster.pid"), "utf8").catch(() => "");
    const lines = file.split("\n");
    return Number(lines[0]) === this.pid && lines[7]?.trim() === "ready";
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#keeper;
    if (!child || child.exitCode !== null) return;
    child.ref();
    const ended = once(child, "exit");
    process.kill(this.pid, signal);
    await ended;
    child.stdin?.destroy();
  }
}
