import type { Context } from "../context.ts";
import type { Message } from "../mail/message.ts";
import { renderLetter } from "../mail/render-letter.ts";
import type { Outcome, Transport } from "../mail/transport.ts";
import type { OutboxRow } from "./claim-letters.ts";
import { openSecrets } from "./enqueue.ts";
import { letterOf } from "./letter-of.ts";

/** ms after which a server that keeps us waiting is given up. */
const patience = 4 * 60_000;

/** Sends one claimed letter. Never throws: a letter that cannot be written is refused like one that the server refuses. `putAside`: see Transport. */
export async function deliverLetter(context: Context, transport: Transport, row: OutboxRow, putAside?: AbortSignal): Promise<Outcome> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience).unref();
  try {
    return await transport.deliver(messageOf(context, row), giveUp.signal, putAside);
  } catch (error) {
    context.log.error({ err: error, mail: row.id, letter: row.letter }, "cannot write a letter");
    return { kind: "final", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

function messageOf(context: Context, row: OutboxRow): Message {
  const secrets = openSecrets(context, row);
  if (row.sealed !== null && !secrets) throw new Error("its codes were sealed with a secret that is no longer in the list");
  const rendered = renderLetter(letterOf(row), { language: row.language, settings: context.settings, secrets });
  return { ...rendered, id: row.id, to: row.recipient, createdAt: row.created_at };
}
