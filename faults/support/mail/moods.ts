import type { Mood, MoodyMailServer, Stage } from "./moody-mail-server.ts";

/** A way in which a mail server goes wrong, and its end. */
export type Trouble = { name: string; begin(server: MoodyMailServer): Promise<void> | void; end(server: MoodyMailServer): Promise<void> | void };

const words: Record<Exclude<Stage, "body">, { later: string; never: string }> = {
  greeting: { later: "421 4.3.2 too busy", never: "554 5.3.2 no service here" },
  EHLO: { later: "421 4.3.0 try later", never: "550 5.7.1 go away" },
  MAIL: { later: "451 4.3.0 try later", never: "550 5.1.8 not you" },
  RCPT: { later: "450 4.2.0 try later", never: "550 5.1.1 nobody" },
  DATA: { later: "452 4.3.1 no room", never: "554 5.5.1 no" },
  dot: { later: "451 4.3.0 try later", never: "554 5.7.1 looks bad" },
};

const stages = Object.keys(words) as Exclude<Stage, "body">[];

/** All of them. */
export const troubles: readonly Trouble[] = [
  { name: "refuses connections", begin: (server) => server.goAway(), end: (server) => server.comeBack() },
  ...stages.map((at) => moody(`hangs at ${at}`, { at, does: "hang" })),
  moody("hangs in the middle of the message", { at: "body", does: "hang" }),
  ...stages.map((at) => moody(`hangs up at ${at}`, { at, does: "drop" })),
  moody("hangs up in the middle of the message", { at: "body", does: "drop" }),
  ...stages.map((at) => moody(`talks nonsense at ${at}`, { at, does: { say: "what? 250 or so" } })),
  ...stages.map((at) => moody(`says ${words[at].later} at ${at}`, { at, does: { say: words[at].later } })),
  ...stages.map((at) => moody(`says ${words[at].never} at ${at}`, { at, does: { say: words[at].never } })),
  moody("takes letters and hangs up", { at: "dot", does: "drop", keep: true }),
  moody("takes letters and says nothing", { at: "dot", does: "hang", keep: true }),
];

function moody(name: string, mood: Mood): Trouble {
  return {
    name,
    begin: (server) => {
      server.mood = mood;
      // Connections that are past these would go on well.
      if (mood.at === "greeting" || mood.at === "EHLO") server.hangUp();
    },
    end: (server) => {
      server.mood = undefined;
    },
  };
}
