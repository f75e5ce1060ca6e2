import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { reset } from "./reset.ts";
import { CommitWatch, type WireMessage, WireMessages } from "./wire-messages.ts";

/**
 * Where a connection breaks: in the middle of a statement; at a COMMIT before the server has it; as soon as the server has been sent it; or when the server
 * has answered, but before the client hears it.
 */
export type Cut = "in-query" | "before-commit" | "at-commit" | "after-commit";
export const cuts: readonly Cut[] = ["in-query", "before-commit", "at-commit", "after-commit"];

/** A way to PostgreSQL that can be disturbed. */
export interface TcpProxy {
  readonly port: number;
  readonly connections: number;
  /** Breaks the connection that comes to this place next; resolves when it is broken. */
  cutNext(where: Cut): Promise<void>;
  /** Forgets what was to be broken and has not been. */
  calm(): void;
  /** From now on the connections of this moment lead nowhere: nothing arrives, nothing ends. New ones are not concerned. */
  swallow(): void;
  /** Each piece, either way, comes this much later (ms, chosen anew each time); undefined: at once. */
  delay(between: { least: number; most: number } | undefined): void;
  /** RST to both sides of every connection. */
  reset(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(port: number, random: () => number): Promise<TcpProxy> {
  const proxy = new Proxy(port, random);
  await proxy.start();
  return proxy;
}

type Awaited = { where: Cut; broken: () => void };

class Proxy implements TcpProxy {
  port = 0;
  readonly #target: number;
  readonly #random: () => number;
  readonly #links = new Set<Link>();
  readonly #server = createServer((client) => this.#open(client));
  #between: { least: number; most: number } | undefined;
  #awaited: Awaited[] = [];

  constructor(target: number, random: () => number) {
    this.#target = target;
    this.#random = random;
  }

  get connections(): number {
    return this.#links.size;
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  cutNext(where: Cut): Promise<void> {
    return new Promise((broken) => this.#awaited.push({ where, broken }));
  }

  calm(): void {
    this.#awaited = [];
  }

  swallow(): void {
    for (const link of this.#links) link.swallow();
  }

  delay(between: { least: number; most: number } | undefined): void {
    this.#between = between;
  }

  reset(): void {
    for (const link of this.#links) link.end();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.reset();
    await closed;
  }

  /** What is to happen over this message, if anything is. */
  cutFor(message: WireMessage, commits: boolean): Awaited | undefined {
    const isQuery = !commits && /^[QPBE]$/.test(message.type);
    const found = this.#awaited.find(({ where }) => (where === "in-query" ? isQuery : commits));
    if (found) this.#awaited = this.#awaited.filter((one) => one !== found);
    return found;
  }

  /** ms */
  pause(): number {
    return this.#between ? this.#between.least + this.#random() * (this.#between.most - this.#between.least) : 0;
  }

  #open(client: Socket): void {
    const link = new Link(this, client, connect({ host: "127.0.0.1", port: this.#target, noDelay: true }));
    this.#links.add(link);
    void link.ended.then(() => this.#links.delete(link));
  }
}

/** A client's connection and the one that was opened for it. */
class Link {
  readonly ended: Promise<void>;
  readonly #proxy: Proxy;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #messages = new WireMessages();
  readonly #commits = new CommitWatch();
  #swallows = false;
  #atAnswer: Awaited | undefined;
  #tell: () => void = () => {};

  constructor(proxy: Proxy, client: Socket, server: Socket) {
    this.#proxy = proxy;
    this.#client = client;
    this.#server = server;
    this.ended = new Promise((resolve) => (this.#tell = resolve));
    client.setNoDelay(true);
    this.#follow(client, (piece) => this.#fromClient(piece));
    this.#follow(server, (piece) => this.#fromServer(piece));
  }

  swallow(): void {
    this.#swallows = true;
  }

  /** RST to both. */
  end(): void {
    reset(this.#client);
    reset(this.#server);
    this.#tell();
  }

  /** Takes pieces one after another, each after the pause of that moment; what ends on one side ends on the other. */
  #follow(from: Socket, take: (piece: Buffer) => void): void {
    let before = Promise.resolve();
    const inTurn = (step: () => void): void => {
      const pause = this.#proxy.pause();
      before = before.then(() => (pause > 0 ? sleep(pause) : undefined)).then(step);
    };
    from.on("data", (piece: Buffer) => {
      if (!this.#swallows) inTurn(() => take(piece));
    });
    from.on("error", () => {});
    from.on("close", () => {
      if (!this.#swallows) inTurn(() => this.end());
    });
  }

  #fromClient(piece: Buffer): void {
    for (const message of this.#messages.push(piece)) {
      if (this.#swallows || this.#server.destroyed) return;
      const cut = this.#proxy.cutFor(message, this.#commits.commits(message));
      if (cut) this.#cut(message, cut);
      else this.#server.write(message.bytes);
    }
  }

  #fromServer(piece: Buffer): void {
    if (this.#atAnswer) this.#breakOff(this.#atAnswer);
    else if (!this.#swallows && !this.#client.destroyed) this.#client.write(piece);
  }

  #cut(message: WireMessage, cut: Awaited): void {
    const { bytes } = message;
    if (cut.where === "after-commit") {
      this.#atAnswer = cut;
      this.#server.write(bytes);
    } else if (cut.where === "before-commit") this.#breakOff(cut);
    else this.#server.write(cut.where === "at-commit" ? bytes : bytes.subarray(0, bytes.length >> 1), () => this.#breakOff(cut));
  }

  #breakOff({ broken }: Awaited): void {
    this.end();
    broken();
  }
}
