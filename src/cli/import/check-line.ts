import type { ImportKind } from "../../actions/import/import-batch.ts";
import type { AccountRecord, InvoiceRecord, ServiceRecord } from "../../actions/import/records.ts";
import type { Found } from "./cells.ts";
import { checkAccount } from "./check-account.ts";
import { checkInvoice } from "./check-invoice.ts";
import { checkService, type Products } from "./check-service.ts";
import { type Cells, columns, importKinds } from "./columns.ts";
import { quote } from "./quote.ts";

/** What is wrong in a line; `column` is missing where it concerns the whole line. */
export type Fault = { column?: string; message: string };

/** A checked line in stored form. */
export type Checked = { kind: "account"; record: AccountRecord } | { kind: "service"; record: ServiceRecord } | { kind: "invoice"; record: InvoiceRecord };

/** Checks a line by itself: all its faults, or its record. What it has in common with other lines and the database comes later. */
export function checkLine(cells: Cells, products: Products): Checked | Fault[] {
  const type = cells["type"]?.toLowerCase();
  const kind = importKinds.find((one) => one === type);
  if (kind === undefined) return [{ column: "type", message: `${quote(cells["type"] ?? "")} is none of ${importKinds.join(", ")}` }];
  const faults: Fault[] = missingCells(kind, cells);
  if (faults.length > 0) return faults;
  const found = (column: string, message: string): void => {
    faults.push({ column, message });
  };
  const checked = checkAs(kind, cells, products, found);
  return faults.length > 0 ? faults : checked;
}

function checkAs(kind: ImportKind, cells: Cells, products: Products, found: Found): Checked {
  if (kind === "account") return { kind, record: checkAccount(cells, found) };
  if (kind === "service") return { kind, record: checkService(cells, products, found) };
  return { kind, record: checkInvoice(cells, found) };
}

function missingCells(kind: ImportKind, cells: Cells): Fault[] {
  return columns[kind].needed.filter((column) => !cells[column]).map((column) => ({ column, message: "is missing" }));
}
