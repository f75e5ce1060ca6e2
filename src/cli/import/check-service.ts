import type { ServiceRecord } from "../../actions/import/records.ts";
import { knownOwnerSchema } from "../../actions/services/owner.ts";
import type { Product } from "../../config.ts";
import { storedName, wordsAfterNames } from "../../domain/service-name.ts";
import type { Owner } from "../../storage/tables.ts";
import { dayCell, type Found, flagCell, handleCell, present, wordCell } from "./cells.ts";
import type { Cells } from "./columns.ts";
import { quote } from "./quote.ts";

/** The products by their paths, and the paths alone. */
export type Products = { byPath: ReadonlyMap<string, Product>; paths: readonly string[] };

/** The line of a service. */
export function checkService(cells: Cells, products: Products, found: Found): ServiceRecord {
  const createdOn = dayCell(cells, "created", found);
  const expiresOn = dayCell(cells, "expires", found);
  if (createdOn && expiresOn && expiresOn < createdOn) found("expires", `${expiresOn} lies before the day on which the service was created, ${createdOn}`);
  return {
    ...productAndName(cells, products, found),
    contacts: contactsOf(cells, found),
    ...present<Pick<ServiceRecord, "createdOn" | "expiresOn" | "renewal" | "locked" | "owner">>({
      createdOn: createdOn ?? undefined,
      expiresOn,
      renewal: wordCell(cells, "renewal", ["automatic", "manual"], "automatic", found),
      locked: flagCell(cells, "locked", found),
      owner: ownerOf(cells, found),
    }),
  };
}

function productAndName(cells: Cells, products: Products, found: Found): Pick<ServiceRecord, "product" | "name"> {
  const [path = "", typed = ""] = [cells["product"], cells["name"]];
  const product = products.byPath.get(path);
  if (!product) {
    found("product", `there is no product ${quote(path)}`);
    return { product: path, name: typed };
  }
  const name = storedName(product, typed, products.paths);
  if (name === undefined) found("name", `${quote(typed)} cannot be the name of a service of the product ${path}: ${namesOf(product)}`);
  return { product: path, name: name ?? typed };
}

/** What a name of this product can be (domain/service-name.ts). */
function namesOf({ domainNames }: Product): string {
  if (domainNames) return "it must be a domain, such as example.com or www.example.com";
  return `it must be one line of at most 255 characters, and between slashes neither nothing nor “.”, “..” or ${wordsAfterNames.join(", ")}`;
}

/** A cell that is empty is the admin's role too; a column that is missing says nothing. */
function contactsOf(cells: Cells, found: Found): ServiceRecord["contacts"] {
  const contacts: ServiceRecord["contacts"] = { admin: handleCell(cells, "admin", found) };
  for (const role of ["tech", "billing"] as const) {
    if (cells[role] !== undefined) contacts[role] = cells[role] === "" ? contacts.admin : handleCell(cells, role, found);
  }
  return contacts;
}

const parts = ["name", "organisation", "address", "email", "phone"] as const satisfies readonly (keyof Owner)[];
const columnOf = { name: "owner_name", organisation: "owner_organisation", address: "owner_address", email: "owner_email", phone: "owner_phone" } as const;

function ownerOf(cells: Cells, found: Found): Partial<Owner> | undefined {
  const given = parts.filter((part) => cells[columnOf[part]] !== undefined);
  if (given.length === 0) return undefined;
  const owner = Object.fromEntries(given.map((part) => [part, cells[columnOf[part]]])) as Partial<Owner>;
  if (given.every((part) => owner[part] === "")) return owner;
  const read = knownOwnerSchema.safeParse(owner);
  if (read.success) return Object.fromEntries(given.map((part) => [part, read.data[part]]));
  for (const issue of read.error.issues) found(`owner_${String(issue.path[0])}`, `${quote(owner[issue.path[0] as keyof Owner] ?? "")}: ${issue.message}`);
  return undefined;
}
