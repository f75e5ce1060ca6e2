import type { Command } from "commander";
import { addInvoice as reportInvoice } from "../actions/invoices/add-invoice.ts";
import { payInvoice } from "../actions/invoices/pay-invoice.ts";
import { decimalAmount } from "../domain/money.ts";
import type { Wiring } from "./wiring.ts";
import { operator, withContext } from "./with-context.ts";

type Reported = { account: string; order?: string; amount: string; currency: string; issued?: string; due: string; paid?: string };

export function addInvoice(program: Command, wiring: Wiring): void {
  const invoice = program.command("invoice").description("Report invoices: an overdue one stops changes of the billing contact");
  invoice
    .command("add")
    .description("Report an invoice")
    .argument("<number>", "your number of the invoice")
    .requiredOption("--account <handle>", "who has to pay")
    .requiredOption("--amount <amount>", "such as 12.50")
    .requiredOption("--currency <code>", "such as EUR")
    .requiredOption("--due <day>", "YYYY-MM-DD; overdue from the day after")
    .option("--issued <day>", "YYYY-MM-DD; the day on which it is due when left out")
    .option("--order <order>", "what was ordered")
    .option("--paid <day>", "YYYY-MM-DD, if it is paid already")
    .addHelpText("after", "\n  handover invoice add 2026-0815 --account ab123456-ovh --amount 12.50 --currency EUR --issued 2026-11-01 --due 2026-12-01\n")
    .action((number: string, reported: Reported) =>
      withContext(wiring, async (context) => {
        const { due: dueOn, issued: issuedOn = dueOn, paid: paidOn, ...rest } = reported;
        const row = await reportInvoice(context, operator, { ...rest, id: number, issuedOn, dueOn, paidOn });
        console.log(`Invoice ${row.id}: ${decimalAmount(row.amount_minor, row.currency)} ${row.currency}, due on ${row.due_on}.`);
      }),
    );
  invoice
    .command("pay")
    .description("Report that an invoice was paid")
    .argument("<number>")
    .option("--on <day>", "YYYY-MM-DD; today when left out")
    .addHelpText("after", "\n  handover invoice pay 2026-0815 --on 2026-11-20\n")
    .action((number: string, { on }: { on?: string }) =>
      withContext(wiring, async (context) => {
        const row = await payInvoice(context, operator, { id: number, ...(on === undefined ? {} : { paidOn: on }) });
        console.log(`Invoice ${row.id} was paid on ${row.paid_on ?? ""}.`);
      }),
    );
}
