import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { get as getTls } from "node:https";
import { connect, type Socket } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listen, type RunningServer } from "../src/server.ts";
import { testCertificate } from "./support/test-certificate.ts";

const here = { host: "127.0.0.1", port: 0, tls: undefined };

/** Answers `/slow` when it is let go. */
function slowAnswers(server: RunningServer): { arrived: Promise<void>; letGo: () => void } {
  const [arrived, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  server.answerWith(async (request: Request) => {
    if (!request.url.endsWith("/slow")) return new Response("quick");
    arrived.resolve();
    await gone.promise;
    return new Response("slow");
  });
  return { arrived: arrived.promise, letGo: gone.resolve };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

describe("a server that stops", () => {
  test("answers what is in flight, and takes nothing new", async () => {
    const server = await listen(here);
    const { arrived, letGo } = slowAnswers(server);
    const url = `http://127.0.0.1:${server.port}`;
    const agent = new Agent({ keepAlive: true });
    const asked = once(get(`${url}/slow`, { agent }), "response") as Promise<[IncomingMessage]>;
    await arrived;
    const stopped = server.stop(10_000);
    await assert.rejects(fetch(`${url}/quick`));
    letGo();
    const [response] = await asked;
    assert.equal(await textOf(response), "slow");
    await stopped;
    agent.destroy();
  });

  test("does not wait for connections that browsers keep open, used before or not", async () => {
    const server = await listen(here);
    server.answerWith(() => new Response("quick"));
    const unused = await opened(server.port);
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get(`http://127.0.0.1:${server.port}/`, { agent }), "response")) as [IncomingMessage];
    await textOf(response);
    let told = "";
    unused.on("data", (bytes: Buffer) => (told += bytes.toString()));
    const hungUp = once(unused, "close");
    await server.stop(10_000);
    await hungUp;
    assert.equal(told, "", "hung up at once; whoever waits for a request says in the end that none came (408)");
    agent.destroy();
  });

  test("cuts what is not done when its patience ends", async () => {
    const server = await listen(here);
    const { arrived, letGo } = slowAnswers(server);
    const asked = assert.rejects(fetch(`http://127.0.0.1:${server.port}/slow`));
    await arrived;
    await server.stop(50);
    await asked;
    letGo();
  });

  test("stops twice without harm", async () => {
    const server = await listen(here);
    await Promise.all([server.stop(1000), server.stop(1000)]);
    await server.stop(1000);
  });
});

test("a request that comes before the system is ready waits for it", async () => {
  const server = await listen(here);
  const asked = fetch(`http://127.0.0.1:${server.port}/`);
  await sleep(50);
  server.answerWith(() => new Response("ready"));
  assert.equal(await (await asked).text(), "ready");
  await server.stop(1000);
});

describe("probes", () => {
  const probe = (path: string) => (path === "/healthz" ? Promise.resolve({ status: 200, type: "text/plain", body: "ok\n" }) : undefined);

  test("are answered before the system is ready, and are not cached", async () => {
    const server = await listen(here, probe);
    const { status, headers } = await fetch(`http://127.0.0.1:${server.port}/healthz?from=balancer`);
    assert.deepEqual([status, headers.get("cache-control")], [200, "no-store"]);
    await server.stop(1000);
  });

  test("may come without a Host, as some balancers send them", async () => {
    const server = await listen(here, probe);
    const socket = await opened(server.port);
    socket.end("GET /healthz HTTP/1.0\r\n\r\n");
    let answer = "";
    for await (const bytes of socket) answer += String(bytes);
    assert.match(answer, /^HTTP\/1\.1 200 .*\r\n\r\nok\n$/s);
    await server.stop(1000);
  });
});

test("a server that drains answers everything, and ends each connection with its answer", async () => {
  const server = await listen(here);
  server.answerWith(() => new Response("quick"));
  const agent = new Agent({ keepAlive: true });
  const ask = async (): Promise<[string | undefined, string]> => {
    const [response] = (await once(get(`http://127.0.0.1:${server.port}/`, { agent }), "response")) as [IncomingMessage];
    return [response.headers.connection, await textOf(response)];
  };
  assert.deepEqual(await ask(), ["keep-alive", "quick"]);
  server.drain();
  assert.deepEqual(await ask(), ["close", "quick"]);
  await server.stop(1000);
  agent.destroy();
});

test("a port in use is told at once, with what to do; one that nobody chose is changed for the next", async () => {
  const first = await listen(here);
  await assert.rejects(listen({ ...here, port: first.port }), { name: "PortUnavailable", message: /in use by another program.*PORT=/ });
  const second = await listen({ ...here, port: first.port, sparePorts: [0] });
  assert.notEqual(second.port, first.port);
  await Promise.all([first.stop(0), second.stop(0)]);
});

test("with a certificate it speaks TLS, and stops as politely", async () => {
  const server = await listen({ ...here, tls: testCertificate });
  const { arrived, letGo } = slowAnswers(server);
  const asked = once(getTls(`https://localhost:${server.port}/slow`, { ca: testCertificate.cert, host: "127.0.0.1" }), "response") as Promise<
    [IncomingMessage]
  >;
  await arrived;
  const stopped = server.stop(10_000);
  letGo();
  const [response] = await asked;
  assert.equal(await textOf(response), "slow");
  await stopped;
});

test("headers that are too long are refused", async () => {
  const server = await listen(here);
  server.answerWith(() => new Response("quick"));
  const { status } = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { "X-Long": "x".repeat(20_000) } });
  assert.equal(status, 431);
  await server.stop(1000);
});

describe("a request whose Host does not name a host", () => {
  const raw = async (port: number, host: string): Promise<string> => {
    const socket = await opened(port);
    socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    let told = "";
    for await (const bytes of socket) told += String(bytes);
    return told;
  };

  test("is refused in words, whatever is strange about it", async (t) => {
    const server = await listen(here);
    t.after(() => server.stop(1000));
    server.answerWith((request: Request) => new Response(new URL(request.url).pathname));
    for (const host of ["1.2.3.999", "a..b.256", "0x100000000", "a b", "a/b", "user@host", "a?b", "[::1", "example.net:99999", ""])
      assert.match(await raw(server.port, host), /^HTTP\/1\.1 400 .*\r\n\r\n.*does not name a host/s, host);
    for (const host of ["example.net", "example.net:8080", "EXAMPLE.net", "[::1]:3000", "127.0.0.1", "a_b"])
      assert.match(await raw(server.port, host), /^HTTP\/1\.1 200 .*\r\n\r\n\/$/s, host);
  });

  test("and one whose address cannot be read, too", async (t) => {
    const server = await listen(here);
    t.after(() => server.stop(1000));
    server.answerWith(() => new Response("quick"));
    const socket = await opened(server.port);
    socket.end("GET http://256.1.1.1/ HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    let told = "";
    for await (const bytes of socket) told += String(bytes);
    assert.match(told, /^HTTP\/1\.1 400 .*\r\n\r\n.*could not be read/s);
  });
});

describe("a client that sends many requests at once", () => {
  const pipelined = (count: number): string => Array.from({ length: count }, (_, n) => `GET /${n} HTTP/1.1\r\nHost: here\r\n\r\n`).join("");

  test("gets all answers, in their order and one after another", async () => {
    const server = await listen(here);
    let [now, most] = [0, 0];
    server.answerWith(async (request: Request) => {
      most = Math.max(most, ++now);
      await sleep(1);
      now -= 1;
      return new Response(`<${new URL(request.url).pathname.slice(1)}>`);
    });
    const socket = await opened(server.port);
    let told = "";
    socket.on("data", (bytes: Buffer) => (told += bytes.toString()));
    socket.write(pipelined(500));
    while (!told.includes("<499>")) await sleep(5);
    assert.deepEqual(
      [...told.matchAll(/<([0-9]+)>/g)].map(([, n]) => Number(n)),
      Array.from({ length: 500 }, (_, n) => n),
    );
    assert.equal(most, 1);
    socket.destroy();
    await server.stop(1000);
  });

  test("does not keep others from their answers", async () => {
    const server = await listen(here);
    let answers = 0;
    server.answerWith(() => new Response(String(++answers)));
    const socket = await opened(server.port);
    socket.resume();
    socket.write(pipelined(20_000));
    assert.ok(Number(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()) < 10_000);
    socket.destroy();
    await server.stop(1000);
  });

  test("is ended where all together have thousands waiting, and who asks for little is not", async () => {
    const server = await listen(here);
    const held = Promise.withResolvers<void>();
    server.answerWith(async () => held.promise.then(() => new Response("answered")));
    const modest = await opened(server.port);
    let told = "";
    modest.on("data", (bytes: Buffer) => (told += bytes.toString()));
    modest.write(pipelined(20));
    const ended = new Set<number>();
    const greedy = await Promise.all(Array.from({ length: 30 }, () => opened(server.port)));
    for (const [n, socket] of greedy.entries()) socket.on("error", () => {}).on("close", () => ended.add(n));
    for (const socket of greedy) socket.write(pipelined(1000));
    while (ended.size < 10) await sleep(5);
    held.resolve();
    while (told.split("answered").length <= 20) await sleep(5);
    for (const socket of [modest, ...greedy]) socket.destroy();
    await server.stop(1000);
  });

  test("and never reads costs few answers, and is hung up on", async () => {
    const server = await listen(here, undefined, 300);
    let answers = 0;
    const large = "x".repeat(4 * 1024 * 1024);
    server.answerWith(() => {
      answers += 1;
      return new Response(large);
    });
    const socket = await opened(server.port);
    socket.pause();
    socket.on("error", () => {});
    socket.write(pipelined(500));
    await sleep(1500);
    assert.ok(answers >= 1 && answers <= 5, `${answers} answers were made`);
    const hungUp = once(socket, "close");
    socket.resume();
    await hungUp;
    await server.stop(1000);
  });
});
