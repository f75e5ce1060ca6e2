import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");

/** The real program in a process of its own, that can be killed at any moment and started again on the same data. */
export class SystemUnderFire {
  readonly baseUrl: string;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  constructor(folder: string, port: number, smtpUrl: string) {
    this.baseUrl = `http://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#environment = {
      ...process.env,
      PORT: String(port),
      HOST: "127.0.0.1",
      HANDOVER_BASE_URL: this.baseUrl,
      HANDOVER_DATA: folder,
      HANDOVER_SMTP_URL: smtpUrl,
    };
  }

  /** Resolves when the first page is answered. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["src/main.ts", "demo"], { cwd: root, env: this.#environment, stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    this.#process = child;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${complaint}`);
      const answer = await fetch(`${this.baseUrl}/sign-in`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
      await sleep(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Runs `read` on what is on the disk. */
  inspect<T>(read: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(join(this.#folder, "handover.db"), { readOnly: true, timeout: 10_000 });
    try {
      return read(db);
    } finally {
      db.close();
    }
  }

  /** While it is dead: no limit a day stands in the way of the next round. */
  forgetLimits(): void {
    const db = new DatabaseSync(join(this.#folder, "handover.db"));
    db.exec("delete from rate_limit");
    db.close();
  }
}

/** A port that is free now; the system chooses. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** Somebody signed in to the panel, without a browser. */
export class PanelClient {
  readonly #baseUrl: string;
  readonly #cookies = new Map<string, string>();

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** Posts a form as a page of ours would: the status of the answer, or undefined when the server died over it. */
  async post(path: string, fields: Record<string, string>): Promise<number | undefined> {
    try {
      const answer = await fetch(this.#baseUrl + path, {
        method: "POST",
        body: new URLSearchParams(fields),
        redirect: "manual",
        headers: { Origin: this.#baseUrl, "Sec-Fetch-Site": "same-origin", Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [name = "", value = ""] = cookie.split(";")[0]?.split("=") ?? [];
        if (value) this.#cookies.set(name, value);
        else this.#cookies.delete(name);
      }
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return undefined;
    }
  }
}
