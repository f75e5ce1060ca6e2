import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";

type Argon2 = typeof crypto.argon2;

/** How many password hashes `work` computes: what takes time at a sign-in, without a clock. */
export async function countHashes(work: () => Promise<unknown>): Promise<number> {
  return withArgon2(crypto.argon2, () => work().catch(() => undefined));
}

/** Runs `work` with hashes that take no time and are worth nothing. */
export async function withQuickHashes(work: () => Promise<unknown>): Promise<number> {
  return withArgon2((_name, { message, tagLength }, done) => {
    const key = crypto
      .createHash("shake256", { outputLength: tagLength })
      .update(Buffer.from(message as string))
      .digest();
    setImmediate(() => done(null, key));
  }, work);
}

async function withArgon2(implementation: Argon2, work: () => Promise<unknown>): Promise<number> {
  const argon2 = mock.method(crypto, "argon2", implementation);
  syncBuiltinESMExports();
  try {
    await work();
    return argon2.mock.callCount();
  } finally {
    argon2.mock.restore();
    syncBuiltinESMExports();
  }
}
