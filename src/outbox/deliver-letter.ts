import type { Context } from "../context.ts";
import type { Message } from "../mail/message.ts";
import { renderLetter } from "../mail/render-letter.ts";
import type { Outcome, Transport } from "../mail/transport.ts";
import { claimTime, type OutboxRow } from "./claim-letters.ts";
import { openSecrets } from "./enqueue.ts";
import { letterOf } from "./letter-of.ts";
import { settleDelivery } from "./settle-delivery.ts";

/** Sends one claimed letter and notes what became of it. Never throws: what cannot be noted is claimed anew when the claim runs out. */
export async function deliverLetter(context: Context, transport: Transport, row: OutboxRow): Promise<void> {
  const outcome = await send(context, transport, row);
  try {
    const settled = await settleDelivery(context.store, row, outcome);
    tell(context, row, outcome, settled?.state);
  } catch (error) {
    context.log.error({ err: error, mail: row.id, outcome: outcome.kind }, "cannot note a delivery");
  }
}

async function send(context: Context, transport: Transport, row: OutboxRow): Promise<Outcome> {
  try {
    // Well before the claim runs out, so that nobody else sends it at the same time.
    return await transport.deliver(messageOf(context, row), AbortSignal.timeout(claimTime - 60_000));
  } catch (error) {
    context.log.error({ err: error, mail: row.id, letter: row.letter }, "cannot write a letter");
    return { kind: "final", reason: error instanceof Error ? error.message : String(error) };
  }
}

function messageOf(context: Context, row: OutboxRow): Message {
  const secrets = openSecrets(context, row);
  if (row.sealed !== null && !secrets) throw new Error("its codes were sealed with a secret that is no longer in the list");
  const rendered = renderLetter(letterOf(row), { language: row.language, settings: context.settings, secrets });
  return { ...rendered, id: row.id, to: row.recipient, createdAt: row.created_at };
}

function tell(context: Context, row: OutboxRow, outcome: Outcome, state: string | undefined): void {
  const about = { mail: row.id, letter: row.letter, attempts: row.attempts };
  if (outcome.kind === "sent") context.log.debug(about, "letter sent");
  else if (state === "failed") context.log.error({ ...about, reason: outcome.reason }, "letter has failed for good; it can be sent again by the operator");
  else context.log.warn({ ...about, reason: outcome.reason }, "letter not delivered; tried again later");
}
