import type { Context } from "../context.ts";
import type { LetterSecrets } from "../mail/letters.ts";
import type { Message } from "../mail/message.ts";
import { type RenderedLetter, renderLetter } from "../mail/render-letter.ts";
import type { Outcome, Transport } from "../mail/transport.ts";
import type { OutboxRow } from "./claim-letters.ts";
import { openSecrets } from "./enqueue.ts";
import { letterOf } from "./letter-of.ts";

/** ms after which a server that keeps us waiting is given up. */
const patience = 4 * 60_000;

/** While the secret is replaced, another node may have sealed it with one that this node does not have yet: that is no fault of the letter. */
const sealed: Outcome = { kind: "later", reason: "its codes were sealed with a secret that is not in the list of this node", trouble: "sealed" };

/** Sends one claimed letter. Never throws: a letter that cannot be written is refused like one that the server refuses. `putAside`: see Transport. */
export async function deliverLetter(context: Context, transport: Transport, row: OutboxRow, putAside?: AbortSignal): Promise<Outcome> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience).unref();
  const faults: unknown[] = [];
  try {
    const secrets = openSecrets(context, row);
    if (row.sealed !== null && !secrets) return sealed;
    const outcome = await transport.deliver(messageOf(context, row, secrets, faults), giveUp.signal, putAside);
    return faults.length === 0 ? outcome : refuse(context, row, faults[0]);
  } catch (error) {
    return refuse(context, row, error);
  } finally {
    clearTimeout(timer);
  }
}

function refuse(context: Context, row: OutboxRow, fault: unknown): Outcome {
  context.log.error({ err: fault, mail: row.id, letter: row.letter }, "cannot write a letter");
  return { kind: "final", reason: fault instanceof Error ? fault.message : String(fault) };
}

/** `faults` takes what comes of writing it: by then the transport has the word, to which a letter that breaks off is a broken talk. */
function messageOf(context: Context, row: OutboxRow, secrets: LetterSecrets | undefined, faults: unknown[]): Message {
  const write = (): RenderedLetter => {
    try {
      return renderLetter(letterOf(row), { language: row.language, settings: context.settings, secrets });
    } catch (error) {
      faults.push(error);
      throw error;
    }
  };
  return { id: row.id, to: row.recipient, createdAt: row.created_at, write };
}
