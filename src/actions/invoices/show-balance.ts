import type { AccountActor, Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { decimalAmount } from "../../domain/money.ts";
import { isLate } from "../../domain/standing.ts";
import { owedByDay } from "../../storage/queries/standing.ts";
import type { Amount } from "./invoice-view.ts";

/** What is owed in one currency: all of it, and what is not due yet. */
export type Owed = { due: Amount; notYetDue: Amount };

/** What the account that acts has not paid, for each currency; that of the longest due invoice first. */
export async function showBalance(context: Context, actor: AccountActor): Promise<Owed[]> {
  const today = dayIn(context.settings.timeZone, context.clock());
  const sums = new Map<string, { due: number; notYetDue: number }>();
  for (const { currency, due_on, amount } of await owedByDay(context.store.read, actor.id)) {
    const before = sums.get(currency) ?? { due: 0, notYetDue: 0 };
    const later = isLate({ dueOn: due_on, paidOn: null }, today) ? 0 : amount;
    sums.set(currency, { due: before.due + amount, notYetDue: before.notYetDue + later });
  }
  return [...sums].map(([currency, { due, notYetDue }]) => ({ due: amountOf(due, currency), notYetDue: amountOf(notYetDue, currency) }));
}

function amountOf(units: number, currency: string): Amount {
  return { amount: decimalAmount(units, currency), currency };
}
