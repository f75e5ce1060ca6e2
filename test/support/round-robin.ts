import { once } from "node:events";
import { Agent, createServer, type RequestListener, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import type { Settings } from "../../src/config.ts";
import { inTurn } from "./nodes.ts";

export interface RoundRobin {
  readonly port: number;
  /** Serves from these ports of the loopback from now on, a request each in turn: no two in a row from one. */
  passTo(ports: readonly number[]): void;
  stop(): Promise<void>;
}

/** The plainest proxy there is: it knows no sessions and nothing of what it passes on. */
export async function openRoundRobin(tls: Settings["tls"]): Promise<RoundRobin> {
  const agent = new Agent({ keepAlive: true });
  let next = (): number => 0;
  const pass: RequestListener = (incoming, response) => {
    const { method, url: path, rawHeaders: headers } = incoming;
    const onward = request({ host: "127.0.0.1", port: next(), method, path, headers, agent, setDefaultHeaders: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response, () => {});
    });
    pipeline(incoming, onward, () => {});
    onward.on("error", () => response.destroy());
    response.on("close", () => response.writableFinished || onward.destroy());
  };
  const server = tls ? createTlsServer(tls, pass) : createServer(pass);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    passTo: (ports) => {
      next = inTurn(ports);
    },
    stop: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
