import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** ms */
const patience = 120_000;

/** A session of somebody else, who takes rows and keeps them. */
export class RowHolder {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async connect(url: string): Promise<RowHolder> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new RowHolder(client);
  }

  /** Takes rows of these as soon as there are some that nobody has; gives what was selected. `sql`: a select without its lock. */
  async take<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    for (const until = performance.now() + patience; performance.now() < until; await sleep(5)) {
      await this.#client.query("begin");
      const { rows } = await this.#client.query<T>(`${sql} for update skip locked`, [...values]);
      if (rows.length > 0) return rows;
      await this.#client.query("rollback");
    }
    throw new Error(`there was nothing to hold: ${sql}`);
  }

  async letGo(): Promise<void> {
    await this.#client.query("rollback");
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}
