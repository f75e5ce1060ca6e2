import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, existsSync, openSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../../test/support/free-port.ts";
import { run, serverAccount } from "../../test/support/postgres-binaries.ts";
import { debianPostgres, haproxySettings, type Member, memberSettings } from "./patroni-settings.ts";
import { processesOf, signal } from "./processes.ts";

/** A PostgreSQL that keeps itself alive: Patroni's members with etcd, and haproxy, which leads to whichever is primary. */
export interface Patroni {
  /** The way to the primary, by haproxy. */
  readonly url: string;
  /** The name of the member that takes writes now; waits for one. */
  primary(): Promise<string>;
  /** SIGKILL to the postmaster: Patroni starts it again where it was or makes the standby primary. */
  killPostmaster(name: string): Promise<void>;
  /** SIGKILL to all that a machine would take with it: Patroni, the postmaster and all its children. */
  killNode(name: string): Promise<void>;
  /** Brings a killed node back; it becomes a replica. */
  restart(name: string): Promise<void>;
  /** Until a primary takes writes through haproxy and a standby keeps them synchronously: only then may the next thing die. */
  waitUntilHealthy(): Promise<void>;
  close(): Promise<void>;
}

/** What of the cluster this machine does not have; empty when it can be started. */
function missingPrograms(): string[] {
  const folders = ["/usr/sbin", ...(process.env["PATH"] ?? "").split(delimiter)];
  const missing = ["patroni", "etcd", "haproxy"].filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return debianPostgres() ? missing : [...missing, "postgresql"];
}

/** What has to elect, restore and copy on a busy machine gets this long (ms). */
const patience = 180_000;

/**
 * Starts the cluster in synchronous mode and waits until it is healthy, which takes about half a minute. What its programs say goes to `folder`; their data lie in
 * memory where the machine has some to spare. All of it ends and goes with this process, however that ends.
 */
export async function startPatroni(folder: string): Promise<Patroni> {
  const missing = missingPrograms();
  if (missing.length > 0) throw new Error(`there is no ${missing.join(", ")}: 'sh bin/setup faults' installs what Debian has`);
  const place = await mkdtemp(join(hasMemory() ? "/dev/shm" : tmpdir(), "handover-patroni-"));
  const keeper = spawn(process.execPath, [join(import.meta.dirname, "patroni-keeper.ts"), place], { detached: true, stdio: ["pipe", "ignore", "inherit"] });
  const cluster = new Cluster(place, folder, keeper);
  try {
    await cluster.start(["one", "two"]);
    return cluster;
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

function hasMemory(): boolean {
  try {
    accessSync("/dev/shm", 2);
    return true;
  } catch {
    return false;
  }
}

class Cluster implements Patroni {
  url = "";
  readonly #place: string;
  readonly #logs: string;
  readonly #keeper: ChildProcess;
  readonly #members: Member[] = [];

  constructor(place: string, logs: string, keeper: ChildProcess) {
    this.#place = place;
    this.#logs = logs;
    this.#keeper = keeper;
  }

  async start(names: readonly string[]): Promise<void> {
    const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
    await this.#makeFolder("etcd");
    for (const name of names) this.#members.push(await this.#prepareMember(name, etcdPort));
    await writeFile(join(this.#place, "haproxy.cfg"), haproxySettings(port, this.#members), { mode: 0o644 });
    await this.#giveAway();
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    this.#launch("etcd", "etcd", etcdSettings(join(this.#place, "etcd"), etcdPort, peerPort));
    this.#launch("haproxy", "haproxy", ["-db", "-f", join(this.#place, "haproxy.cfg")]);
    for (const { name } of this.#members) await this.restart(name);
    await this.waitUntilHealthy();
  }

  async primary(): Promise<string> {
    return eventually("a primary", async () => {
      for (const { name, restPort } of this.#members) if (await is(restPort, "primary")) return name;
      return undefined;
    });
  }

  async killPostmaster(name: string): Promise<void> {
    const file = await readFile(join(this.#member(name).folder, "data/postmaster.pid"), "utf8");
    signal(Number(file.split("\n")[0]), "SIGKILL");
  }

  async killNode(name: string): Promise<void> {
    const { folder } = this.#member(name);
    // Twice: a process may have been born while the others were killed.
    for (let left = processesOf(folder); left.length > 0; left = processesOf(folder)) {
      for (const { pid } of left) signal(pid, "SIGKILL");
      await sleep(5);
    }
  }

  async restart(name: string): Promise<void> {
    this.#launch(name, "patroni", [join(this.#member(name).folder, "patroni.json")]);
  }

  async waitUntilHealthy(): Promise<void> {
    await eventually("a primary with a synchronous standby", async () => {
      const kept = await ask(this.url, "select 1 from pg_stat_replication where sync_state = 'sync' and state = 'streaming'");
      return kept && (await this.#allRun()) ? true : undefined;
    });
  }

  async close(): Promise<void> {
    const ended = once(this.#keeper, "exit");
    this.#keeper.stdin?.end();
    await ended;
  }

  /** Each member is up, as primary or replica, on the same timeline; and etcd knows of a standby that may take over, which comes last. */
  async #allRun(): Promise<boolean> {
    const states = await Promise.all(this.#members.map(({ restPort }) => state(restPort)));
    const standbys = await Promise.all(this.#members.map(({ restPort }) => is(restPort, "synchronous")));
    return standbys.includes(true) && states.every((one) => one?.state === "running" && one.timeline === states[0]?.timeline);
  }

  #member(name: string): Member {
    const found = this.#members.find((member) => member.name === name);
    if (!found) throw new Error(`there is no member ${name}`);
    return found;
  }

  async #prepareMember(name: string, etcdPort: number): Promise<Member> {
    const member = { name, folder: await this.#makeFolder(name), postgresPort: await freePort(), restPort: await freePort() };
    await writeFile(join(member.folder, "patroni.json"), JSON.stringify(memberSettings(member, etcdPort), null, 2), { mode: 0o644 });
    return member;
  }

  async #makeFolder(name: string): Promise<string> {
    const folder = join(this.#place, name);
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  /** PostgreSQL refuses root. */
  async #giveAway(): Promise<void> {
    const account = serverAccount();
    await chmod(this.#place, 0o755);
    if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, this.#place]);
  }

  /** A process that outlives Ctrl-C; the keeper ends it. */
  #launch(name: string, command: string, rest: readonly string[]): void {
    const log = openSync(join(this.#logs, `${name}.log`), "a", 0o600);
    const environment = { PATH: `${process.env["PATH"]}:/usr/sbin`, LC_ALL: "C.UTF-8", HOME: this.#place };
    spawn(command, rest, { ...serverAccount(), cwd: this.#place, env: environment, detached: true, stdio: ["ignore", log, log] }).unref();
  }
}

function etcdSettings(folder: string, clientPort: number, peerPort: number): string[] {
  const [client, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`];
  const peers = ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`];
  return ["--data-dir", join(folder, "data"), "--listen-client-urls", client, "--advertise-client-urls", client, ...peers];
}

type MemberState = { state: string; role: string; timeline: number };

async function state(restPort: number): Promise<MemberState | undefined> {
  const answer = await fetch(`http://127.0.0.1:${restPort}/patroni`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as MemberState) : undefined;
}

async function is(restPort: number, role: "primary" | "synchronous"): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${restPort}/${role}`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}

/** Whether there is a row; not, when nobody answers. */
async function ask(url: string, sql: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000, query_timeout: 2000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows.length > 0;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`after ${patience / 1000} s there is still not ${what}`);
    await sleep(200);
  }
}
