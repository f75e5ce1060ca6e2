import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What came of bytes that were sent: the statuses of the answers, or none; and whether the server ended the connection. */
export type Heard = { statuses: number[]; closed: boolean };

/** Sends bytes as they are, in their order, as fast as the server takes them; resolves when `answers` have come, when it hangs up, or after `patience` ms. */
export async function sendRaw(port: number, bytes: Iterable<string | Buffer>, { answers = 1, patience = 30_000 } = {}): Promise<Heard> {
  const socket = await open(port);
  const statuses: number[] = [];
  const closed = once(socket, "close").then(() => true);
  const enough = Promise.withResolvers<boolean>();
  const late = setTimeout(() => enough.resolve(false), patience);
  let rest = "";
  socket.on("data", (chunk: Buffer) => {
    rest += chunk.toString("latin1");
    for (const [, status] of rest.matchAll(/HTTP\/1\.[01] ([0-9]{3})[^\n]*\r\n/g)) if (status !== "100") statuses.push(Number(status));
    // Half a status line at the end of a chunk is kept for the next one.
    rest = rest.slice(rest.lastIndexOf("\n") + 1).slice(-200);
    if (statuses.length >= answers) enough.resolve(false);
  });
  void writeAll(socket, bytes, enough.promise);
  const hungUp = await Promise.race([closed, enough.promise]);
  clearTimeout(late);
  enough.resolve(false);
  socket.destroy();
  return { statuses, closed: hungUp };
}

/** A connection whose errors end it and nothing else. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  return socket;
}

async function writeAll(socket: Socket, bytes: Iterable<string | Buffer>, enough: Promise<unknown>): Promise<void> {
  const gone = Promise.race([new Promise((resolve) => socket.once("close", resolve)), enough]);
  for (const piece of bytes) {
    if (socket.destroyed) return;
    if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), gone]);
  }
}
