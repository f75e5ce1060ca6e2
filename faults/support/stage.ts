import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type ApiAnswer, type ApiCall, ApiClient } from "./api-client.ts";
import type { BenchCast, Player } from "./furnish.ts";
import { type Deed, type Entry, Ledger } from "./ledger.ts";
import { type Arrived, Postbag } from "./postbag.ts";

export type LoadOptions = {
  url: string;
  cast: BenchCast;
  /** Where the letters arrive. */
  sink: { readonly received: readonly Arrived[] };
  random: () => number;
  /** How many work at once; best with twice as many services. One in five goes to services on which others work. */
  lanes: number;
  /** ms for one try of a call; 10 s unless told. */
  patience?: number;
  /** ms that people take before each call, on average; 0 unless told: they keep the machine as busy as it can be. */
  think?: number;
  /** By which calls are signed: ms since 1970. */
  clock?: () => number;
};

/** ms between two tries of a call, about: each is signed with a second of its own, and must not run ahead of the server's clock by minutes. */
const longestPause = 1000;

/** What all lanes share. */
export class Stage {
  readonly cast: BenchCast;
  readonly ledger = new Ledger();
  readonly random: () => number;
  readonly postbag: Postbag;
  stopping = false;
  givenUp = false;
  readonly #client: ApiClient;
  readonly #run: string;
  readonly #think: number;
  #calls = 0;

  constructor({ url, cast, sink, random, patience, think = 0, clock }: LoadOptions) {
    this.cast = cast;
    this.random = random;
    this.postbag = new Postbag(sink.received);
    this.#client = new ApiClient(url, { ...(patience === undefined ? {} : { patience }), ...(clock ? { clock } : {}) });
    this.#think = think;
    this.#run = `bench-${Date.now().toString(36)}`;
  }

  /** A reading call, until it is answered; undefined: given up. */
  async read(player: Player, path: string): Promise<ApiAnswer | undefined> {
    return this.#untilAnswered(() => this.#client.call(player, { method: "GET", path }));
  }

  /** A writing call with a key of its own, repeated with the same key until it is answered. */
  async write(player: Player, path: string, body: unknown, deed: Deed): Promise<Entry> {
    const entry = this.ledger.note(player.id, `${this.#run}-${++this.#calls}`, deed);
    // Some clients lose their patience and send the same call again while the first is under way.
    const sends = this.random() < 0.04 ? [1, 2] : [1];
    await Promise.all(sends.map(() => this.writeAgain(player, path, body, entry)));
    return entry;
  }

  /** The same call with the same key: the answer must be the one that was given before. */
  async writeAgain(player: Player, path: string, body: unknown, entry: Entry): Promise<void> {
    const call: ApiCall = { method: "POST", path, body, key: entry.key };
    const answer = await this.#untilAnswered(() => {
      entry.tries++;
      return this.#client.call(player, call);
    });
    if (!answer) return;
    const before = entry.answer;
    if (before && before.status < 300 && (before.status !== answer.status || !isDeepStrictEqual(before.body, answer.body)))
      this.ledger.faults.push(`${path} with the key ${entry.key} was answered by ${JSON.stringify(before)} and then by ${JSON.stringify(answer)}`);
    this.ledger.answered(entry, { ...answer, at: Date.now() });
  }

  async #untilAnswered(call: () => Promise<ApiAnswer>): Promise<ApiAnswer | undefined> {
    if (this.#think > 0) await sleep(this.#think * 2 * this.random());
    for (let tries = 1; !this.givenUp; tries++) {
      const answer = await call().catch(() => undefined);
      if (answer && answer.status < 500) return answer;
      if (answer?.status === 503) this.ledger.unavailable++;
      if (answer?.status === 503 && !answer.retryAfter) this.ledger.faults.push("the server answered 503 without Retry-After");
      if (answer && answer.status !== 503) this.ledger.faults.push(`the server answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      await sleep(Math.min(longestPause, 30 * 2 ** tries) * (0.5 + this.random()));
    }
    return undefined;
  }
}
