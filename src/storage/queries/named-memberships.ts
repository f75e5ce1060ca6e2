import type { Store } from "../store.ts";
import { type MembershipPage, membershipQuery } from "./membership-pages.ts";
import { findPeople, personIn } from "./people.ts";
import { preparePage } from "./prepare-page.ts";
import { searchMemberships } from "./search-memberships.ts";
import type { ServiceRow } from "./services.ts";

/** A service with the handles of its contacts. */
export type NamedMembership = Pick<ServiceRow, "id" | "name" | "product" | "expires_on" | "renewal"> & { admin: string; tech: string; billing: string };

/** A page as pageOfMemberships gives it, in one query but where there is a search. */
export async function pageWithHandles(store: Pick<Store, "engine" | "read">, page: MembershipPage): Promise<NamedMembership[]> {
  return page.filter.search ? nameFound(store, page) : named(store.read, page, {});
}

const named = preparePage((db, page) =>
  membershipQuery(db, page)
    .innerJoin("account as admin", "admin.id", "service.admin_id")
    .innerJoin("account as tech", "tech.id", "service.tech_id")
    .innerJoin("account as billing", "billing.id", "service.billing_id")
    .clearSelect()
    .select(["service.id", "service.name", "service.product", "service.expires_on", "service.renewal"])
    .select(["admin.handle as admin", "tech.handle as tech", "billing.handle as billing"])
    .compile(),
);

async function nameFound(store: Pick<Store, "engine" | "read">, page: MembershipPage): Promise<NamedMembership[]> {
  const rows = await searchMemberships(store, page);
  const people = await findPeople(
    store.read,
    rows.flatMap((row) => [row.admin_id, row.tech_id, row.billing_id]),
  );
  const handle = (id: number): string => personIn(people, id).handle;
  return rows.map(({ admin_id, tech_id, billing_id, ...row }) => ({ ...row, admin: handle(admin_id), tech: handle(tech_id), billing: handle(billing_id) }));
}
