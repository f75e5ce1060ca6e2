import { createHash } from "node:crypto";
import { request } from "node:http";
import type { Player } from "./furnish.ts";

/** `path`: below the prefix, as `/services/1`. `key`: the Idempotency-Key. */
export type ApiCall = { method: "GET" | "POST" | "PUT" | "DELETE"; path: string; body?: unknown; key?: string };
/** `retryAfter`: seconds, where the answer says so. */
export type ApiAnswer = { status: number; body: unknown; retryAfter?: number };

/**
 * Calls the API of one server as clients do, each call on a connection of its own, so that a balancer sends each where it likes.
 * `patience`: ms for one try; `clock`: ms since 1970, by which calls are signed.
 */
export class ApiClient {
  readonly #url: string;
  readonly #patience: number;
  readonly #clock: () => number;
  /** Signatures of writing calls of the last minutes: the same one twice would be a replay. */
  readonly #signed = new Map<string, number>();

  constructor(url: string, { patience = 10_000, clock = Date.now }: { patience?: number; clock?: () => number } = {}) {
    this.#url = url;
    this.#patience = patience;
    this.#clock = clock;
  }

  /** One try, signed anew. Rejects when no whole answer comes. */
  async call(player: Player, { method, path, body, key }: ApiCall): Promise<ApiAnswer> {
    const url = `${this.#url}/1.0${path}`;
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      ...this.#signature(player, method, url, text),
      ...(text ? { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)) } : {}),
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
    };
    const answer = await exchange(url, { method, headers, text, patience: this.#patience });
    const told = { status: answer.status, body: answer.text === "" ? null : (JSON.parse(answer.text) as unknown) };
    return answer.retryAfter === undefined ? told : { ...told, retryAfter: Number(answer.retryAfter) };
  }

  #signature({ key }: Player, method: string, url: string, body: string): Record<string, string> {
    const now = Math.floor(this.#clock() / 1000);
    if (this.#signed.size > 20_000) for (const [signature, second] of this.#signed) if (second < now - 60) this.#signed.delete(signature);
    for (let second = now; ; second++) {
      const text = [key.secret, key.consumer, method, url, body, second].join("+");
      const signature = `$1$${createHash("sha1").update(text).digest("hex")}`;
      if (method !== "GET" && this.#signed.has(signature)) continue;
      if (method !== "GET") this.#signed.set(signature, second);
      return { "X-Ovh-Application": key.application, "X-Ovh-Consumer": key.consumer, "X-Ovh-Timestamp": String(second), "X-Ovh-Signature": signature };
    }
  }
}

type Sent = { method: string; headers: Record<string, string>; text: string; patience: number };

function exchange(url: string, { method, headers, text, patience }: Sent): Promise<{ status: number; text: string; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(patience) }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("aborted", () => reject(new Error("the answer was cut off")));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8"), retryAfter: response.headers["retry-after"] }),
      );
    });
    call.on("error", reject);
    call.end(text);
  });
}
