import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../api-client.ts";
import type { Player } from "../furnish.ts";
import { badRequests } from "./bad-requests.ts";
import { open, sendRaw } from "./raw-client.ts";

export type Target = {
  url: string;
  port: number;
  player: Player /** Of idle connections; the other attacks take a part of it. */;
  count: number;
  random: () => number;
};

/** What a client does to the server. Gives what should not have come of it, a sentence each. */
export type Attack = { name: string; run(target: Target): Promise<string[]> };

const host = "Host: contacts.bench.example\r\n";
const doors = ["/sign-in", "/1.0/me", "/1.0/auth/credential", "/auth/oauth2/token"];
const hundredMegabytes = 100 * 1024 * 1024;

/** Each is over when the server has answered or hung up. */
export const attacks: readonly Attack[] = [
  { name: "100 MB bodies with their length", run: ({ port }) => refused(4, (door) => sendRaw(port, bigBody(door, false), { patience: 60_000 })) },
  { name: "100 MB bodies in chunks", run: ({ port }) => refused(4, (door) => sendRaw(port, bigBody(door, true), { patience: 60_000 })) },
  { name: "JSON 10,000 deep", run: deepJson },
  { name: "pipelined requests", run: pipelined },
  {
    name: "huge headers",
    run: ({ port }) => refused(8, (door, n) => sendRaw(port, [`GET ${door} HTTP/1.1\r\n${host}X-Long: ${"x".repeat(20_000 * (n + 1))}\r\n\r\n`])),
  },
  { name: "bad HTTP", run: badHttp },
];

/** Each holds its connections until the server ends them, `holdFor` ms at most. */
export const sieges: readonly Attack[] = [
  {
    name: "slow headers",
    run: ({ port, count }) => besiege(port, Math.ceil(count / 20), `GET /sign-in HTTP/1.1\r\n${host}`, { drip: "X-A: b\r\n", endsWithin: 45_000 }),
  },
  {
    name: "slow bodies",
    run: ({ port, count }) =>
      besiege(port, Math.ceil(count / 20), `POST /1.0/auth/credential HTTP/1.1\r\n${host}Content-Length: 60000\r\n\r\n`, { drip: "x", endsWithin: 100_000 }),
  },
  { name: "idle connections", run: ({ port, count }) => besiege(port, count, "", { endsWithin: 90_000 }) },
  {
    name: "clients that never read",
    run: ({ port, count }) =>
      besiege(port, Math.ceil(count / 50), `GET /docs/api/openapi.json HTTP/1.1\r\n${host}\r\n`.repeat(50), { paused: true, endsWithin: 150_000 }),
  },
];

async function refused(count: number, send: (door: string, n: number) => ReturnType<typeof sendRaw>): Promise<string[]> {
  const tries = doors.flatMap((door) => Array.from({ length: count }, (_, n) => ({ door, n })));
  const faults = await Promise.all(
    tries.map(async ({ door, n }) => {
      const { statuses, closed } = await send(door, n);
      const [status] = statuses;
      return (status !== undefined && status >= 400 && status < 500) || (status === undefined && closed) ? [] : [`${door} answered ${status ?? "nothing"}`];
    }),
  );
  return faults.flat();
}

function* bigBody(door: string, chunked: boolean): Generator<string | Buffer> {
  const length = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${hundredMegabytes}`;
  yield `POST ${door} HTTP/1.1\r\n${host}Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
  const piece = Buffer.alloc(64 * 1024, "a");
  for (let sent = 0; sent < hundredMegabytes; sent += piece.length) {
    if (chunked) yield `${piece.length.toString(16)}\r\n`;
    yield piece;
    if (chunked) yield "\r\n";
  }
  if (chunked) yield "0\r\n\r\n";
}

async function deepJson({ url, port, player }: Target): Promise<string[]> {
  const api = new ApiClient(url, { patience: 30_000 });
  const deep = (open: string, middle: string, close: string): unknown => JSON.parse(open.repeat(10_000) + middle + close.repeat(10_000));
  const faults: string[] = [];
  for (const body of [deep("[", "1", "]"), deep('{"a":', "1", "}"), { contactAdmin: deep("[", "1", "]") }])
    for (const path of ["/me", "/domain/stage0.example/changeContact", "/auth/credential"]) {
      const { status } = await api.call(player, { method: path === "/me" ? "PUT" : "POST", path, body });
      if (status >= 500) faults.push(`${path} answered ${status} to JSON that is 10,000 deep`);
    }
  const bare = "[".repeat(10_000) + "]".repeat(10_000);
  const unsigned = doors.map((door) =>
    sendRaw(port, [`POST ${door} HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${bare.length}\r\n\r\n${bare}`]),
  );
  for (const { statuses } of await Promise.all(unsigned))
    if (!statuses[0] || statuses[0] >= 500) faults.push(`unsigned it was answered ${statuses[0] ?? "not at all"}`);
  return faults;
}

async function pipelined({ port, count }: Target): Promise<string[]> {
  const faults: string[] = [];
  for (const [path, wanted] of [
    ["/sign-in", 200],
    ["/1.0/me", 400],
  ] as const) {
    const answers = Math.ceil(count / 4);
    const { statuses } = await sendRaw(port, [`GET ${path} HTTP/1.1\r\n${host}\r\n`.repeat(answers)], { answers, patience: 120_000 });
    const others = statuses.filter((status) => Math.floor(status / 100) !== wanted / 100);
    if (statuses.length !== answers || others.length > 0)
      faults.push(`${statuses.length} of ${answers} requests for ${path} were answered, ${others.length} otherwise than usual`);
  }
  return faults;
}

async function badHttp({ port, random }: Target): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, bytes] of badRequests(host, random)) {
    // A request that waits for more is given up by its headersTimeout.
    const { statuses, closed } = await sendRaw(port, [bytes], { patience: 40_000 });
    const [status] = statuses;
    if ((status !== undefined && status >= 500 && status !== 501 && status !== 505) || (status === undefined && !closed))
      faults.push(`${name}: ${status ?? "neither answered nor ended"}`);
  }
  return faults;
}

type Siege = { /** Sent each second. */ drip?: string /** Never reads. */; paused?: boolean; endsWithin: number };

/** Opens connections, begins on each, and waits until the server has ended all of them. */
async function besiege(port: number, count: number, beginning: string, { drip = "", paused = false, endsWithin }: Siege): Promise<string[]> {
  const sockets = new Set<Awaited<ReturnType<typeof open>>>();
  let refusedAtOnce = 0;
  for (let n = 0; n < count; n += 100) {
    const some = await Promise.all(Array.from({ length: Math.min(100, count - n) }, () => open(port)));
    for (const socket of some) {
      if (socket.destroyed) refusedAtOnce += 1;
      else sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      if (paused) socket.pause();
      else socket.resume();
      if (beginning) socket.write(beginning);
    }
  }
  const until = performance.now() + endsWithin;
  while (sockets.size > 0 && performance.now() < until) {
    await sleep(1000);
    if (drip) for (const socket of sockets) socket.write(drip);
  }
  // Only who reads hears that it was hung up on; and only who says something, that the server never had the connection: the system drops some while it has too many new ones.
  for (const socket of sockets) {
    socket.resume();
    socket.write("G");
  }
  if (sockets.size > 0) await sleep(10_000);
  const left = sockets.size;
  for (const socket of sockets) socket.destroy();
  return [
    ...(left > 0 ? [`${left} of ${count} connections were still open after ${endsWithin / 1000} s`] : []),
    ...(refusedAtOnce > 0 ? [`${refusedAtOnce} of ${count} connections were not taken`] : []),
  ];
}
