import type { AccountRecord } from "../../actions/import/records.ts";
import { faultInAddress, normaliseAddress } from "../../domain/email-address.ts";
import { languages } from "../../domain/languages.ts";
import { faultInName, normaliseName } from "../../domain/person-name.ts";
import { type Found, flagCell, handleCell, present, wordCell } from "./cells.ts";
import type { Cells } from "./columns.ts";
import { quote } from "./quote.ts";

const faults = {
  "name-missing": "is missing",
  "name-too-long": "is longer than 100 characters",
  "name-invalid": "is not a name: it needs a letter or digit, no line break and no link",
  "email-missing": "is missing",
  "email-too-long": "is longer than 254 characters",
  "email-invalid": "is not an e-mail address",
};

/** The line of an account. */
export function checkAccount(cells: Cells, found: Found): AccountRecord {
  const name = normaliseName(cells["name"] ?? "");
  const wrongName = faultInName(name);
  if (wrongName) found("name", `${quote(name)} ${faults[wrongName]}`);
  const email = normaliseAddress(cells["email"] ?? "");
  const wrongEmail = faultInAddress(email);
  if (wrongEmail) found("email", `${quote(email)} ${faults[wrongEmail]}`);
  return {
    handle: handleCell(cells, "handle", found),
    name,
    email,
    ...present<Pick<AccountRecord, "language" | "verified" | "status">>({
      language: wordCell(cells, "language", languages, "en", found),
      verified: flagCell(cells, "verified", found),
      status: wordCell(cells, "status", ["active", "suspended", "closed"], "active", found),
    }),
  };
}
