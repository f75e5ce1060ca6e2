import { listDebts } from "../../actions/invoices/list-debts.ts";
import { invoicesPage } from "../pages/invoices.ts";
import { type Reception, show } from "../reception.ts";
import { actorOf, type Visit } from "../visit.ts";

export async function invoices(reception: Reception, visit: Visit): Promise<Response> {
  const debts = await listDebts(reception.context, actorOf(visit));
  return show(reception, visit, (page) => invoicesPage(page, debts));
}
