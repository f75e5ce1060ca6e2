import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../figures.ts";
import { type MailRoom, openMailRoom } from "./mail-room.ts";
import { addresses, writeLetters } from "./write-letters.ts";

type Answer = () => string | Promise<string>;

/** How one recipient in ten is bad: what RCPT TO gets. */
export const badWays: Record<string, Answer> = {
  "refused for good": () => "550 5.1.1 nobody",
  "refused for now": () => "450 4.2.0 try later",
  slow: () => sleep(3000, "250 ok"),
};

const fine: Answer = () => "250 ok";

/**
 * By how much (0.1: a tenth) the good nine tenths are delivered more slowly when the last tenth of the recipients is bad: two mail rooms side
 * by side, one of them with only good ones, so that both have the same machine; the median of some rounds.
 */
export async function costOfBadTenth(bad: Answer, letters: number, rounds: number): Promise<{ cost: number; perSecond: number }> {
  const [costs, rates]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const { cost, perSecond } = await race(bad, letters, round % 2 === 0);
    costs.push(cost);
    rates.push(perSecond);
  }
  return { cost: percentile(costs, 0.5), perSecond: percentile(rates, 0.5) };
}

/** Both begin at once; the time counts until the first of them has delivered all its good letters. */
async function race(bad: Answer, letters: number, badFirst: boolean): Promise<{ cost: number; perSecond: number }> {
  const rooms = await Promise.all([prepare(fine, letters), prepare(bad, letters)]);
  const [usual, tried] = rooms;
  try {
    for (const room of badFirst ? [tried, usual] : [usual, tried]) room.begin(1);
    const began = performance.now();
    const all = Math.round(letters * 0.9);
    while (arrived(usual) < all && arrived(tried) < all) {
      if (performance.now() > began + 120_000) throw new Error(`only ${arrived(usual)} and ${arrived(tried)} letters arrived`);
      await sleep(5);
    }
    return { cost: 1 - arrived(tried) / arrived(usual), perSecond: (arrived(usual) * 1000) / (performance.now() - began) };
  } finally {
    await Promise.all(rooms.map((room) => room.close()));
  }
}

async function prepare(bad: Answer, letters: number): Promise<MailRoom> {
  const room = await openMailRoom({ workers: 0, haste: 1 });
  room.server.onRecipient = (address) => (address.startsWith("bad") ? bad() : fine());
  await writeLetters(
    room.context,
    addresses(letters).map((address, n) => (n % 10 === 3 ? address.replace("good", "bad") : address)),
  );
  return room;
}

function arrived({ server }: MailRoom): number {
  return server.taken.reduce((count, letter) => count + (letter.to.startsWith("good") ? 1 : 0), 0);
}
