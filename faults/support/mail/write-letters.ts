import type { Context } from "../../../src/context.ts";
import { enqueueLetter } from "../../../src/outbox/enqueue.ts";

const inOneGo = 500;

/** Puts letters to these addresses into the outbox; the account is the first one there is. Gives the ids. */
export async function writeLetters(context: Context, recipients: readonly string[]): Promise<string[]> {
  const { id, handle, name } = await context.store.read.selectFrom("account").select(["id", "handle", "name"]).orderBy("id").executeTakeFirstOrThrow();
  const ids: string[] = [];
  for (let from = 0; from < recipients.length; from += inOneGo) {
    const some = recipients.slice(from, from + inOneGo);
    const made = await context.store.write(async (tx) => {
      const written: string[] = [];
      for (const email of some)
        written.push(
          await enqueueLetter(context, tx, {
            letter: "address-changed",
            facts: { person: { handle, name }, newEmail: "new@players.example" },
            to: { id, email, language: "en" },
          }),
        );
      return written;
    });
    ids.push(...made);
  }
  return ids;
}

/** `good0@recipients.example`, … */
export function addresses(count: number, kind = "good"): string[] {
  return Array.from({ length: count }, (_, n) => `${kind}${n}@recipients.example`);
}
