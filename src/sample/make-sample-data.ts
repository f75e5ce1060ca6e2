import { createAccount } from "../actions/accounts/create-account.ts";
import { importServices } from "../actions/import/import-services.ts";
import type { ServiceRecord } from "../actions/import/records.ts";
import { addInvoice } from "../actions/invoices/add-invoice.ts";
import type { Context, OperatorActor } from "../context.ts";
import { addDays, dayIn } from "../domain/dates.ts";
import { findAccount, updateAccount } from "../storage/queries/accounts.ts";
import { cast, players, samplePassword } from "./cast.ts";
import { playRequests } from "./requests.ts";
import { agencyServices, castServices } from "./services.ts";

const operator: OperatorActor = { kind: "operator", source: "sample" };
const day = 24 * 60 * 60_000;

/**
 * Fills fresh data with the sample: its cast, their services over several states, and requests in every state. `setOffset`: moves the
 * clock of context and store by so many ms, so that history lies in the past.
 */
export async function makeSampleData(context: Context, setOffset: (ms: number) => void): Promise<void> {
  const today = dayIn(context.settings.timeZone, Date.now());
  try {
    setOffset(-90 * day);
    await bringCast(context);
    await bringServices(context, castServices(today));
    await bringInvoices(context, today);
    await playRequests(context, (at) => setOffset(at - Date.now()));
    setOffset(0);
    // They arrive today: hundreds of renewal letters, all at once, would bury the few that tell the story.
    await bringServices(context, agencyServices(5000, today));
  } finally {
    setOffset(0);
  }
}

/** One hash for all: making one is slow on purpose. */
async function bringCast(context: Context): Promise<void> {
  const [first, ...others] = cast;
  const { id } = await createAccount(context, operator, { ...first, verified: true, password: samplePassword });
  const hash = (await findAccount(context.store.read, id))?.password_hash ?? null;
  for (const account of others) {
    const made = await createAccount(context, operator, { ...account, verified: true });
    await context.store.write((tx) => updateAccount(tx.db, made.id, { password_hash: hash }));
  }
}

/** By the way of the import, which is made for many. */
async function bringServices(context: Context, records: readonly ServiceRecord[]): Promise<void> {
  for (let i = 0; i < records.length; i += 500) {
    const batch = records.slice(i, i + 500);
    await context.store.write((tx) => importServices(context, tx, operator, batch, { update: false, contacts: false }));
  }
}

/** Everybody has paid but farid; alice has one that is open and not yet due. */
async function bringInvoices(context: Context, today: string): Promise<void> {
  const invoice = { currency: "EUR", issuedOn: addDays(today, -60) };
  await addInvoice(context, operator, {
    ...invoice,
    id: "2026-0117",
    account: players.farid.handle,
    order: "xn--bcher-kva.example",
    amount: "14.52",
    dueOn: addDays(today, -30),
  });
  await addInvoice(context, operator, {
    ...invoice,
    id: "2026-0121",
    account: players.alice.handle,
    order: "web-01.example.com",
    amount: "89.00",
    dueOn: addDays(today, 12),
  });
  await addInvoice(context, operator, {
    ...invoice,
    id: "2026-0098",
    account: players.carol.handle,
    order: "example.net",
    amount: "9.99",
    dueOn: addDays(today, -10),
    paidOn: addDays(today, -14),
  });
}
