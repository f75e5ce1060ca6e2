import type { Context } from "../context.ts";
import { lookAtDatabase, type Seen } from "./look-at-database.ts";

/** An answer to a probe. */
export type Told = { status: number; type: string; body: string };

/** ms for which an answer is good: whoever probes, and however often, the database is asked no oftener. */
const fresh = 500;
/** ms after which a database that has not answered is as good as away. */
const limit = 2_000;

type LastLook = { at: number; ended: boolean; seen: Promise<Seen> };

/**
 * What balancers and watchers are told: `/healthz`, that the process answers; `/readyz`, whether it should be sent requests now. Open to everybody,
 * so it tells nothing else.
 */
export class Health {
  #context: Context | undefined;
  #draining = false;
  #look: LastLook | undefined;
  #upToDate = false;

  /** From now on requests are answered, and readiness is the database's. */
  serving(context: Context): void {
    this.#context = context;
  }

  /** Readiness goes away first: requests that still come are answered. */
  drain(): void {
    this.#draining = true;
  }

  /** Undefined: this is no probe. */
  answer(path: string): Promise<Told> | undefined {
    if (path === "/healthz") return Promise.resolve({ status: 200, type: "text/plain; charset=utf-8", body: "ok\n" });
    return path === "/readyz" ? this.#readiness() : undefined;
  }

  async #readiness(): Promise<Told> {
    const seen = this.#context ? await this.#seen(this.#context) : undefined;
    const ready = seen?.database === "ok" && seen.pendingMigrations === 0 && !this.#draining;
    const body = { ready, starting: !this.#context, draining: this.#draining, ...(seen ?? nothingSeen) };
    return { status: ready ? 200 : 503, type: "application/json", body: `${JSON.stringify(body)}\n` };
  }

  /** One look at a time; while it lasts, and for a moment after, it serves everybody. A database that is slow is asked no oftener for that. */
  #seen(context: Context): Promise<Seen> {
    const now = performance.now();
    if (this.#look && (!this.#look.ended || now - this.#look.at < fresh)) return this.#look.seen;
    const { seen, ended } = lookAtDatabase(context, { limit, upToDate: this.#upToDate });
    const look = { at: now, ended: false, seen };
    this.#look = look;
    void ended.then(() => {
      look.ended = true;
    });
    void seen.then(({ pendingMigrations }) => {
      // Not asked again until the database has been away: it may come back as it was before.
      this.#upToDate = pendingMigrations === 0;
    });
    return seen;
  }
}

const nothingSeen = { database: null, pendingMigrations: null, outboxLagSeconds: null };
