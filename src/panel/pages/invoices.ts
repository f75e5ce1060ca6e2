import type { Debt } from "../../actions/invoices/list-debts.ts";
import { icon } from "../components/icon.ts";
import { noticeBox } from "../components/notice.ts";
import { dayCell, state } from "../components/service-words.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

/** What the account has not paid yet. */
export function invoicesPage(page: Page, debts: readonly Debt[]): Content {
  const title = page.t("panel:invoices.title");
  const late = debts.some((debt) => debt.late) ? noticeBox("caution", page.t("panel:invoices.late-text")) : nothing;
  const body = html`<div class="head"><h1>${title}</h1><p class="soft">${page.t("panel:invoices.intro")}</p></div>${late}${debts.length === 0 ? nothingToPay(page) : table(page, debts)}`;
  return { title, place: "profile", body };
}

function nothingToPay(page: Page): Html {
  return html`<div class="empty">${icon("circle-check")}<h2>${page.t("panel:invoices.none.title")}</h2><p>${page.t("panel:invoices.none.text")}</p></div>`;
}

function table(page: Page, debts: readonly Debt[]): Html {
  const label = (key: string) => page.t(`panel:invoices.column.${key}`);
  const head = (key: string) => html`<th scope="col"${key === "amount" ? html` class="amount"` : nothing}>${label(key)}</th>`;
  const row = (
    debt: Debt,
  ) => html`<tr><th scope="row" class="about"><strong class="figures">${debt.id}</strong></th><td data-label="${label("order")}"><span class="figures">${debt.order}</span></td>
<td data-label="${label("issued")}"><span>${dayCell(page, debt.issuedOn)}</span></td><td data-label="${label("due")}"><span>${dayCell(page, debt.dueOn)}</span></td>
<td class="amount" data-label="${label("amount")}"><span class="figures">${page.money(debt.amount, debt.currency)}</span></td><td data-label="${label("state")}"><span>${debt.late ? state("refused", page.t("panel:invoices.late")) : state("waiting", page.t("panel:invoices.open"))}</span></td></tr>`;
  return html`<table class="sheet"><caption>${page.t("panel:invoices.caption")}</caption><thead><tr>${["number", "order", "issued", "due", "amount", "state"].map(head)}</tr></thead><tbody>${debts.map(row)}</tbody></table>`;
}
