import { fork } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** `good`: letters taken for recipients of whom the server has nothing to say; `other`: for those of a kind that it knows; `again`: RCPT TO of those that came before. */
export type SinkCounts = { good: number; other: number; again: number; connections: number; bytes: number; cpu: number };

/** A mail server in a process of its own, so that it takes nothing of the sender's core. */
export interface SmtpSinkProcess {
  readonly url: string;
  counts(): Promise<SinkCounts>;
  close(): Promise<void>;
}

export async function startSmtpSinkProcess(): Promise<SmtpSinkProcess> {
  const child = fork(import.meta.filename, { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
  const [port] = (await once(child, "message")) as [number];
  return {
    url: `smtp://127.0.0.1:${port}`,
    counts: async () => {
      child.send("counts");
      const [counts] = (await once(child, "message")) as [SinkCounts];
      return counts;
    },
    close: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

/** What RCPT TO gets, by how the address begins; all others are taken. */
const kinds: Readonly<Record<string, string>> = { fine: "250 ok", slow: "250 ok", later: "450 4.2.0 try later", never: "550 5.1.1 nobody" };
/** ms that the server takes over a recipient that is slow. */
const slowness = 3000;
/** As Postfix has them: the sender may say sender, recipient and DATA at once. */
const greeting = "250-sink\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 8BITMIME\r\n";
const endOfMessage = "\r\n.\r\n";

const counts: SinkCounts = { good: 0, other: 0, again: 0, connections: 0, bytes: 0, cpu: 0 };
const asked = new Set<string>();

/** One connection. Written by hand for as little of the machine as can be: messages are looked through for their end only. */
class Talk {
  readonly #socket: Socket;
  #rest = "";
  #waits = false;
  #inMessage = false;
  #kind: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    counts.connections += 1;
    socket.setEncoding("latin1").on("error", () => socket.destroy());
    socket.on("data", (text: string) => {
      counts.bytes += text.length;
      this.#rest += text;
      this.#hear();
    });
    socket.write("220 sink\r\n");
  }

  /** All that has come whole, and nothing while a recipient is being thought about. */
  #hear(): void {
    let answers = "";
    while (!this.#waits) {
      const answer = this.#inMessage ? this.#hearMessage() : this.#hearLine();
      if (answer === undefined) break;
      answers += answer;
    }
    if (answers !== "") this.#socket.write(answers);
  }

  #hearMessage(): string | undefined {
    const end = this.#rest.indexOf(endOfMessage);
    if (end < 0) {
      this.#rest = this.#rest.slice(-endOfMessage.length + 1);
      return undefined;
    }
    this.#rest = this.#rest.slice(end + endOfMessage.length);
    this.#inMessage = false;
    counts[this.#kind === undefined ? "good" : "other"] += 1;
    return "250 kept\r\n";
  }

  #hearLine(): string | undefined {
    const end = this.#rest.indexOf("\r\n");
    if (end < 0) return undefined;
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 2);
    return this.#obey(line);
  }

  #obey(line: string): string {
    switch (line.slice(0, 4).toUpperCase()) {
      case "EHLO":
        return greeting;
      case "RCPT":
        return this.#judge(line.slice(9, -1));
      case "DATA":
        if (this.#kind !== undefined && !kinds[this.#kind]?.startsWith("250")) return "554 5.5.1 no valid recipients\r\n";
        this.#inMessage = true;
        return "354 go on\r\n";
      case "QUIT":
        this.#socket.end("221 bye\r\n");
        return "";
      default:
        return "250 ok\r\n";
    }
  }

  #judge(address: string): string {
    this.#kind = Object.keys(kinds).find((kind) => address.startsWith(kind));
    const answer = this.#kind === undefined ? "250 ok\r\n" : `${kinds[this.#kind]}\r\n`;
    if (this.#kind === undefined) return answer;
    if (asked.has(address)) counts.again += 1;
    asked.add(address);
    if (this.#kind !== "slow") return answer;
    this.#waits = true;
    setTimeout(() => {
      this.#waits = false;
      this.#socket.write(answer);
      this.#hear();
    }, slowness);
    return "";
  }
}

async function serve(): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => void new Talk(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ ...counts, cpu: (user + system) / 1000 });
  });
  process.on("disconnect", () => process.exit());
  process.send?.((server.address() as AddressInfo).port);
}

if (import.meta.main) await serve();
