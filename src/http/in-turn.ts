import type { RequestListener } from "node:http";
import type { Socket } from "node:net";

/** Requests that one connection may have waiting, before nothing more is read from it. */
const mostWaiting = 32;

/**
 * Answers the requests of a connection one after another, as they are sent back. Node hands over all that a client sends at once, and would
 * keep their answers in memory for one that never reads; so such a client costs one answer.
 */
export function inTurn(answer: RequestListener): RequestListener {
  const queues = new WeakMap<Socket, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    const queue = queues.get(socket) ?? [];
    queues.set(socket, queue);
    queue.push(() => answer(request, response));
    response.once("close", () => {
      queue.shift();
      // Who has gone wants no more answers.
      if (socket.destroyed) queue.length = 0;
      if (queue.length <= mostWaiting && socket.isPaused()) socket.resume();
      // Not at once: other connections have their turns between.
      if (queue.length > 0) setImmediate(() => queue[0]?.());
    });
    if (queue.length > mostWaiting) socket.pause();
    if (queue.length === 1) queue[0]?.();
  };
}
