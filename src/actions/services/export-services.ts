import { setImmediate } from "node:timers/promises";
import type { AccountActor, Context } from "../../context.ts";
import { roles } from "../../domain/role.ts";
import { keysOf, type ListedService, type MembershipPage } from "../../storage/queries/membership-pages.ts";
import { findPeople, personIn } from "../../storage/queries/people.ts";
import { searchMemberships } from "../../storage/queries/search-memberships.ts";
import { filterOf, type ServiceFilters } from "./list-services.ts";

const header = ["product", "name", "admin", "tech", "billing", "my_roles", "created_on", "expires_on", "renewal"];

/** The services of `listServices` as CSV (RFC 4180), in pieces of some hundred lines: memory stays flat, and others are served between them. */
export async function* exportServices(context: Context, actor: AccountActor, filters: ServiceFilters = {}): AsyncGenerator<string> {
  let head = csvLine(header);
  const first: MembershipPage = { account: actor.id, sort: "name", filter: filterOf(filters), limit: 500 };
  let from: MembershipPage["from"];
  for (;;) {
    const rows = await searchMemberships(context.store, { ...first, from });
    const last = rows.at(-1);
    // With the first of them, so that what cannot be read at all is known before anything is given.
    if (head || last) yield head + (await csvLines(context, actor, rows)).join("");
    if (!last) return;
    head = "";
    from = { keys: keysOf("name", last), direction: "after" };
    await setImmediate();
  }
}

async function csvLines(context: Context, actor: AccountActor, rows: readonly ListedService[]): Promise<string[]> {
  const contacts = rows.flatMap((row) => [row.admin_id, row.tech_id, row.billing_id]);
  const people = await findPeople(context.store.read, contacts);
  return rows.map((row) => {
    const ids = { admin: row.admin_id, tech: row.tech_id, billing: row.billing_id };
    const handles = roles.map((role) => personIn(people, ids[role]).handle);
    const mine = roles.filter((role) => ids[role] === actor.id).join(" ");
    return csvLine([row.product, row.name, ...handles, mine, row.created_on, row.expires_on ?? "", row.renewal]);
  });
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** A spreadsheet takes a cell that begins with one of these signs for a formula. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
