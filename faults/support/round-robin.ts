import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { reset } from "./reset.ts";

export interface RoundRobin {
  readonly url: string;
  close(): Promise<void>;
}

/** A plain TCP proxy: each connection goes to the next port of those that `ports` names at that moment. It knows nothing of HTTP. */
export async function startRoundRobin(ports: () => readonly number[]): Promise<RoundRobin> {
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const living = ports();
    const port = living[turn++ % living.length];
    if (port === undefined) return reset(client);
    const node = connect({ host: "127.0.0.1", port });
    join(open, client, node);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Whatever happens to one side happens to the other. */
function join(open: Set<Socket>, client: Socket, node: Socket): void {
  for (const [one, other] of [
    [client, node],
    [node, client],
  ] as const) {
    open.add(one);
    one.on("error", () => reset(other));
    one.on("close", () => {
      open.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}
