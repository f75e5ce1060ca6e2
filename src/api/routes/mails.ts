import { z } from "zod";
import { listInvoices } from "../../actions/invoices/list-invoices.ts";
import { showBalance } from "../../actions/invoices/show-balance.ts";
import { showInvoice } from "../../actions/invoices/show-invoice.ts";
import { listMails } from "../../actions/mails/list-mails.ts";
import { showMail, showMails } from "../../actions/mails/show-mail.ts";
import type { SentMail } from "../../outbox/list-mailbox.ts";
import { balance, debt, presentBalance, presentDebt } from "../debt.ts";
import { notFound } from "../not-found.ts";
import { onePage } from "../one-page.ts";
import { idParam } from "../parameters.ts";
import { type Route, route } from "../route.ts";
import { datetime, instant } from "../times.ts";

const notification = z
  .object({ id: z.int(), date: datetime, subject: z.string(), body: z.string().meta({ description: "The text, with its codes masked" }) })
  .meta({ id: "nichandle.EmailNotification", description: "An e-mail to the account" });

function presentMail({ number, at, subject, text }: SentMail): z.input<typeof notification> {
  return { id: number, date: instant(at), subject, body: text };
}

/** What the account was written, and what it owes. */
export const mailRoutes: readonly Route[] = [
  route("read-mails", {
    method: "GET",
    path: "/me/notification/email/history",
    summary: "List the e-mails to the account",
    description: "The newest first.",
    answer: z.array(z.int()),
    expands: notification,
    pages: true,
    run: async ({ context, actor, page }) => {
      const numbers = await onePage(
        page,
        (part) => listMails(context, actor, part),
        (number) => number,
      );
      if (!page.expanded) return numbers;
      return (await showMails(context, actor, numbers)).map(presentMail);
    },
  }),
  route("read-mails", {
    method: "GET",
    path: "/me/notification/email/history/{id}",
    summary: "Get an e-mail to the account",
    description: "As it was sent, but with its codes masked.",
    params: z.object({ id: idParam }),
    answer: notification,
    run: async ({ context, actor, params: { id } }) => presentMail((await showMail(context, actor, id)) ?? notFound(id)),
  }),
  route("read-invoices", {
    method: "GET",
    path: "/me/debtAccount",
    summary: "Get what the account owes",
    answer: balance,
    run: async ({ context, actor }) => presentBalance(await showBalance(context, actor)),
  }),
  route("read-invoices", {
    method: "GET",
    path: "/me/debtAccount/debt",
    summary: "List the invoices of the account",
    description: "Paid or not, the newest first.",
    answer: z.array(z.int()),
    expands: debt,
    pages: true,
    run: async ({ context, actor, page }) => {
      const invoices = await onePage(
        page,
        (part) => listInvoices(context, actor, part),
        (invoice) => invoice.debtId,
      );
      return invoices.map((invoice) => (page.expanded ? presentDebt(invoice) : invoice.debtId));
    },
  }),
  route("read-invoices", {
    method: "GET",
    path: "/me/debtAccount/debt/{debtId}",
    summary: "Get an invoice of the account",
    params: z.object({ debtId: idParam }),
    answer: debt,
    run: async ({ context, actor, params: { debtId } }) => presentDebt((await showInvoice(context, actor, debtId)) ?? notFound(debtId)),
  }),
];
