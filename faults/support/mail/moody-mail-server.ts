import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A point in the talk: the greeting, an answer to a command, the middle of the message, the answer to the dot after it. */
export type Stage = "greeting" | "EHLO" | "MAIL" | "RCPT" | "DATA" | "body" | "dot";

/** What goes wrong. `say`: that instead of the usual answer; `hang`: nothing; `drop`: the end; `keep`: the letter is taken, and only the answer goes wrong. */
export type Mood = { at: Stage; does: "hang" | "drop" | { say: string }; keep?: true };

/** A letter that was taken. `told`: the 250 was written to the client; `at`: ms of performance.now(). */
export type Taken = { id: string; to: string; told: boolean; at: number };

/** A mail server that goes wrong as it is told, at every point where one can. It speaks SMTP by hand, since no library does it wrong. */
export interface MoodyMailServer {
  readonly url: string;
  readonly taken: Taken[];
  /** undefined: it works. */
  mood: Mood | undefined;
  /** What RCPT TO gets, where it works: an answer, perhaps after a while. */
  onRecipient: (address: string) => string | Promise<string>;
  /** Runs when a letter has been taken, before its 250 is written. */
  onTaken: (letter: Taken) => void;
  /** Runs as soon as the 250 is written. */
  onTold: (letter: Taken) => void;
  /** Ends the connections that are open. */
  hangUp(): void;
  /** Takes no connections, and ends those that are open. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const usual: Record<Exclude<Stage, "body">, string> = {
  greeting: "220 ready",
  EHLO: "250 here",
  MAIL: "250 ok",
  RCPT: "250 ok",
  DATA: "354 go on",
  dot: "250 kept",
};

export async function startMoodyMailServer(): Promise<MoodyMailServer> {
  const sockets = new Set<Socket>();
  let server = createServer();
  const open = async (port: number): Promise<void> => {
    server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      talk(moody, socket);
    });
    await once(server.listen(port, "127.0.0.1"), "listening");
  };
  await open(0);
  const port = portOf(server);
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const goAway = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    hangUp();
    await closed;
  };
  const moody: MoodyMailServer = {
    url: `smtp://127.0.0.1:${port}`,
    taken: [],
    mood: undefined,
    onRecipient: () => usual.RCPT,
    onTaken: () => {},
    onTold: () => {},
    hangUp,
    goAway,
    comeBack: () => open(port),
    close: goAway,
  };
  return moody;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** One connection, line by line; a hang is for the rest of it, as it is when a server has lost its thread. */
function talk(server: MoodyMailServer, socket: Socket): void {
  let [rest, to] = ["", ""];
  let message: string[] | undefined;
  let turn = Promise.resolve();
  let hangs = false;

  const answer = (stage: Exclude<Stage, "body">, text: string = usual[stage]): boolean => {
    const mood = server.mood?.at === stage ? server.mood : undefined;
    if (mood?.does === "hang") hangs = true;
    else if (mood?.does === "drop") socket.destroy();
    else socket.write(`${mood ? mood.does.say : text}\r\n`);
    return mood === undefined;
  };
  const end = (lines: readonly string[]): void => {
    const letter: Taken = { id: idOf(lines), to, told: false, at: performance.now() };
    if (server.mood?.at !== "dot" || server.mood.keep) {
      server.taken.push(letter);
      server.onTaken(letter);
    }
    letter.told = answer("dot");
    if (letter.told) server.onTold(letter);
  };
  const hear = (line: string): Promise<void> | void => {
    if (message && line === ".") {
      end(message);
      message = undefined;
    } else if (message) message.push(line);
    else return obey(line);
  };
  const obey = async (line: string): Promise<void> => {
    if (/^(EHLO|HELO)/i.test(line)) answer("EHLO");
    else if (/^MAIL/i.test(line)) answer("MAIL");
    else if (/^RCPT/i.test(line)) {
      to = /<(.*)>/.exec(line)?.[1] ?? "";
      answer("RCPT", await server.onRecipient(to));
    } else if (/^DATA/i.test(line)) {
      if (answer("DATA")) message = [];
      if (server.mood?.at === "body") await breakOff();
    } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
    else socket.write("250 ok\r\n");
  };
  /** When the message has begun to come. */
  const breakOff = async (): Promise<void> => {
    await Promise.race([once(socket, "data"), sleep(1000)]).catch(() => {});
    if (server.mood?.does === "hang") hangs = true;
    else socket.destroy();
  };

  const hearAll = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      if (hangs || socket.destroyed) return;
      const heard = hear(line);
      if (heard) await heard;
    }
  };

  answer("greeting");
  socket.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString("latin1")).split("\r\n");
    rest = lines.pop() ?? "";
    turn = turn.then(() => hearAll(lines));
  });
}

/** Of the row in the outbox: the left side of the Message-ID. */
function idOf(lines: readonly string[]): string {
  for (const line of lines) {
    const id = /^Message-ID: <([^@]+)@/i.exec(line)?.[1];
    if (id !== undefined) return id;
  }
  return "";
}
