// What this machine can do: the same SQL and the same JSON behind bare node:http, no framework, no checks. `node bench/ceiling/main.ts <file>`; without a
// file it answers `hello` to everything, which is the unit of the machine at that minute. It tells its port to its parent.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { groupWrites } from "./group-writes.ts";
import { readAnswers } from "./read-answers.ts";
import { type Accepted, type Asked, accepting, asking } from "./write-answers.ts";

const file = process.argv[2];
const server = createServer(file === undefined ? hello : answerFrom(file));
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit());

function hello(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 5 }).end("hello");
}

function answerFrom(path: string): (request: IncomingMessage, response: ServerResponse) => void {
  const [reader, writer] = [new DatabaseSync(path, { readOnly: true }), new DatabaseSync(path)];
  writer.exec("pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = fast; pragma cache_size = -16000");
  reader.exec("pragma cache_size = -16000");
  const reads = readAnswers(reader);
  const [write, ask, accept] = [groupWrites(writer), asking(writer), accepting(writer)];
  return (request, response) => {
    const url = request.url ?? "/";
    const cut = url.indexOf("?");
    const read = reads[url.slice(0, cut)];
    const query = new URLSearchParams(url.slice(cut));
    if (read && request.method === "GET") return send(response, read(query, ""));
    const change = (asked: Asked & Accepted): Promise<string> => write(() => (url === "/ask" ? ask(asked) : accept(asked)));
    text(request)
      .then((body) => (read ? read(query, body) : change(JSON.parse(body) as Asked & Accepted)))
      .then((answer) => send(response, answer))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  };
}

function send(response: ServerResponse, json: string): void {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(json) }).end(json);
}
