import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests that one connection may have waiting, before nothing more is read from it. What has been read already may be thousands. */
const mostWaiting = 32;

/** Requests that may wait on all connections together, before one that has too many of them is ended: each holds some two kilobytes. */
const mostInAll = 10_000;

/** The answers that a connection waits for, the one that is being given first. */
type Queue = ServerResponse[];

/**
 * The connections of a server. Each has its requests answered one after another, as they are sent back: Node hands over all that a client sends at once, and
 * would keep their answers in memory for one that never reads; so such a client costs one answer, and what it has asked for besides.
 */
export class Connections {
  readonly #answer: RequestListener;
  readonly #queues = new Map<Socket, Queue>();
  #waiting = 0;
  #draining = false;
  #stopping = false;

  constructor(answer: RequestListener) {
    this.#answer = answer;
  }

  /** Also those on which nothing is asked: browsers keep some open in advance, and they must not hold up the end. */
  add(socket: Socket): void {
    this.#queues.set(socket, []);
    // Answers that never got their turn are not told of.
    socket.once("close", () => {
      this.#forget(this.#queues.get(socket) ?? []);
      this.#queues.delete(socket);
    });
  }

  readonly take: RequestListener = ({ socket }, response) => {
    const queue = this.#queues.get(socket);
    // Who has gone, or was sent away, may have asked for more in the same breath.
    if (!queue || socket.destroyed) return;
    if (this.#draining) response.shouldKeepAlive = false;
    queue.push(response);
    this.#waiting += 1;
    if (this.#waiting > mostInAll && queue.length > mostWaiting) {
      socket.destroy();
      return;
    }
    response.on("close", () => this.#goOn(socket, queue));
    if (queue.length > mostWaiting) socket.pause();
    if (queue.length === 1) this.#begin(queue);
  };

  /** From now on each ends with its next answer. */
  drain(): void {
    this.#draining = true;
  }

  /** Ends those that wait for nothing, and each other one with its last answer. */
  stop(): void {
    this.#stopping = true;
    for (const [socket, queue] of this.#queues) if (queue.length === 0) socket.destroy();
  }

  cut(): void {
    for (const socket of this.#queues.keys()) socket.destroy();
  }

  #begin([response]: Queue): void {
    if (response) this.#answer(response.req, response);
  }

  #forget(queue: Queue): void {
    this.#waiting -= queue.length;
    queue.length = 0;
  }

  #goOn(socket: Socket, queue: Queue): void {
    if (queue.shift()) this.#waiting -= 1;
    // Who has gone wants no more answers.
    if (socket.destroyed) this.#forget(queue);
    if (queue.length <= mostWaiting && socket.isPaused()) socket.resume();
    // Not at once: other connections have their turns between.
    if (queue.length > 0) setImmediate(() => this.#begin(queue));
    else if (this.#stopping) socket.end();
  }
}
