import { argon2, timingSafeEqual } from "node:crypto";
import { refuse } from "../domain/refusal.ts";
import { TooManyWaiting, turns } from "./turns.ts";

type Clock = { clock(): number };
type Chance = { random(bytes: number): Uint8Array };
/** memory: KiB. */
type Cost = { memory: number; passes: number; parallelism: number };
type Kept = { cost: Cost; salt: Uint8Array; key: Uint8Array };

/** 19 MiB and two at a time: more would hold the thread pool, and all that waits for it, for seconds (PERFORMANCE.md). */
const cost: Cost = { memory: 19 * 1024, passes: 2, parallelism: 1 };
const keyBytes = 32;
const inTurn = turns(2, 200);
/** What is compared when there is no account or no password, so that both take the same time. No password gives a key of zeros. */
const nobody: Kept = { cost, salt: new Uint8Array(16), key: new Uint8Array(keyBytes) };

/** Hash (argon2id) of a password in NFKC, as a PHC string. Refuses with `too-many-tries` when too many wait. */
export async function hashPassword(context: Clock & Chance, password: string): Promise<string> {
  const salt = context.random(16);
  return print({ cost, salt, key: await derive(context, password, salt, cost) });
}

/** Whether this is the password; null stands for nobody's. Always one computation, always the same time. */
export async function verifyPassword(context: Clock, password: string, kept: string | null): Promise<boolean> {
  const expected = kept === null ? nobody : parse(kept);
  const key = await derive(context, password, expected.salt, expected.cost);
  return timingSafeEqual(key, expected.key) && kept !== null;
}

async function derive(context: Clock, password: string, nonce: Uint8Array, { memory, passes, parallelism }: Cost): Promise<Uint8Array> {
  try {
    return await inTurn(() => compute({ message: password, nonce, parallelism, tagLength: keyBytes, memory, passes }));
  } catch (error) {
    if (error instanceof TooManyWaiting) refuse({ code: "too-many-tries", retryAt: context.clock() + 5_000 });
    throw error;
  }
}

function compute(parameters: Parameters<typeof argon2>[1]): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{43})$/;

function print({ cost: { memory, passes, parallelism }, salt, key }: Kept): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(key)}`;
}

function parse(kept: string): Kept {
  const [, memory, passes, parallelism, salt = "", key = ""] = form.exec(kept) ?? [];
  if (!key) throw new Error("a stored password hash is not in the form in which they are written");
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, "base64"),
    key: Buffer.from(key, "base64"),
  };
}

/** PHC strings carry base64 without its padding. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
