import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";

/** Methods that change nothing and carry no body. */
export const readingMethods: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Reads what is sent to its end, `mostBytes` at most, whether or not its length was told. What follows, the look at the session or key too,
 * happens when all of it is here: a slow client cannot keep a session that ends meanwhile.
 */
export function wholeBody(mostBytes: number): MiddlewareHandler {
  return async ({ req }, next) => {
    if (!readingMethods.includes(req.method)) {
      if (Number(req.header("Content-Length") ?? 0) > mostBytes) throw new HTTPException(413);
      req.raw = new Request(req.url, { method: req.method, headers: req.raw.headers, body: await readBody(req.raw.body, mostBytes).catch(blameClient) });
    }
    await next();
  };
}

/** A body that breaks off or is not what its type says is no fault of ours, and not worth a line in the log. */
export function blameClient(cause: unknown): never {
  throw cause instanceof HTTPException ? cause : new HTTPException(400, { cause });
}

async function readBody(stream: ReadableStream<Uint8Array> | null, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream ?? []) {
    size += piece.length;
    if (size > mostBytes) throw new HTTPException(413);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
