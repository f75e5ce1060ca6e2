import type { Settings } from "../../config.ts";
import { mayGive } from "../../domain/change-policy.ts";
import type { State } from "../../domain/change-request.ts";
import { dayIn } from "../../domain/dates.ts";
import { type Role, roles, rolesHeldBy } from "../../domain/role.ts";
import { shownName } from "../../domain/service-name.ts";
import type { ListedService as ListedRow } from "../../storage/queries/membership-pages.ts";
import { findOpenRoles, type OpenRole } from "../../storage/queries/open-roles.ts";
import { findPeople, type Person, personIn } from "../../storage/queries/people.ts";
import { holdersOf } from "../../storage/queries/services.ts";
import type { Queryable } from "../../storage/tables.ts";

/** A service as a contact sees it in his list. */
export type ListedService = {
  id: number;
  product: string;
  name: string;
  /** Domains with U-labels. */
  shownName: string;
  contacts: Record<Role, Person>;
  myRoles: Role[];
  /** The roles that I may give away (§4), whether or not the service can change at present. */
  mayChange: Role[];
  createdOn: string;
  expiresOn: string | null;
  expired: boolean;
  renewal: "automatic" | "manual";
  /** Marked as not changeable, itself or its product. */
  contactsLocked: boolean;
  openRoles: HeldRole[];
};

/** A role that an open request holds; `party`: whether I may see that request. */
export type HeldRole = { role: Role; requestId: number; state: State; party: boolean };

/** Names the people and the open requests of a page of services: two queries, however many rows. */
export async function presentServices(
  db: Queryable,
  settings: Settings,
  rows: readonly Omit<ListedRow, "roles">[],
  reader: number,
  now: number,
): Promise<ListedService[]> {
  const people = await findPeople(
    db,
    rows.flatMap((row) => [row.admin_id, row.tech_id, row.billing_id]),
  );
  const open = await findOpenRoles(
    db,
    rows.map((row) => row.id),
    reader,
    now,
  );
  const held = Map.groupBy(open, (role) => role.serviceId);
  const today = dayIn(settings.timeZone, now);
  return rows.map((row) => present(settings, row, { reader, today, people, held: held.get(row.id) ?? [] }));
}

type Seen = { reader: number; today: string; people: Map<number, Person>; held: OpenRole[] };

function present(settings: Settings, row: Omit<ListedRow, "roles">, { reader, today, people, held }: Seen): ListedService {
  const holders = holdersOf(row);
  return {
    id: row.id,
    product: row.product,
    name: row.name,
    shownName: shownName(row.name),
    contacts: { admin: personIn(people, holders.admin), tech: personIn(people, holders.tech), billing: personIn(people, holders.billing) },
    myRoles: rolesHeldBy(reader, holders),
    mayChange: roles.filter((role) => mayGive(reader, role, holders)),
    createdOn: row.created_on,
    expiresOn: row.expires_on,
    expired: row.expires_on !== null && row.expires_on < today,
    renewal: row.renewal,
    contactsLocked: row.contacts_locked === 1 || settings.products.find((one) => one.path === row.product)?.contactsChangeable === false,
    openRoles: held.map(({ role, requestId, state, party }) => ({ role, requestId, state, party })),
  };
}
