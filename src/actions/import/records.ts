import type { Language } from "../../domain/languages.ts";
import type { Role } from "../../domain/role.ts";
import type { Owner } from "../../storage/tables.ts";

/*
 * What the lines of an import say, checked and in stored form. What a file has no column for is left out: new rows get the
 * default, existing ones keep what they have.
 */

/** `handle`, and the handles below: lower case. `verified`: the address counts as confirmed. */
export type AccountRecord = {
  handle: string;
  name: string;
  email: string;
  language?: Language;
  verified?: boolean;
  status?: "active" | "suspended" | "closed";
};

/** Days are `YYYY-MM-DD`; `expiresOn` null: no date. A role without an entry is the admin's on a new service. */
export type ServiceRecord = {
  product: string;
  name: string;
  contacts: { admin: string } & Partial<Record<Role, string>>;
  createdOn?: string;
  expiresOn?: string | null;
  renewal?: "automatic" | "manual";
  locked?: boolean;
  owner?: Partial<Owner>;
};

/** `amount`: in the currency's smallest unit. `paidOn` null: open. */
export type InvoiceRecord = {
  id: string;
  account: string;
  order?: string;
  amount: number;
  currency: string;
  issuedOn?: string;
  dueOn: string;
  paidOn?: string | null;
};

/** What `--update` and `--contacts` allow (§10 of SPEC.md). */
export type ImportOptions = { update: boolean; contacts: boolean };

/** How many rows came, were changed, or were as the file says already. */
export type Imported = { added: number; changed: number; same: number };

/** The data has changed between the check of the file and its writing; nothing of the batch was written. */
export class ImportOutdated extends Error {
  override readonly name = "ImportOutdated";
}
