import type { ChangeFacts, Part } from "../../mail/letters.ts";
import { prepare } from "../../storage/prepare.ts";
import { type AccountRow, findAccounts } from "../../storage/queries/accounts.ts";
import type { RequestRow } from "../../storage/queries/requests.ts";
import type { Queryable } from "../../storage/tables.ts";
import { personOf } from "../accounts/person-of.ts";

/** A request with everybody and everything that its letters name. */
export type Told = { request: Pick<RequestRow, "id" | "asker_id">; facts: ChangeFacts; people: Map<number, AccountRow> };

type RequestFacts = Pick<RequestRow, "id" | "asker_id" | "from_id" | "to_id" | "roles" | "expires_at">;

/** The account with this id; every id in a request refers to one. */
export function accountIn(people: ReadonlyMap<number, AccountRow>, id: number): AccountRow {
  const account = people.get(id);
  if (!account) throw new Error(`account ${id} is missing`);
  return account;
}

const named = prepare((db, { id }: { id: number }) => db.selectFrom("service").select(["name", "product"]).where("id", "=", id).compile());

/** Reads what the letters about a request say; `further`: accounts that are to be told besides its parties. */
export async function readFacts(db: Queryable, request: RequestRow, further: readonly number[] = []): Promise<Told> {
  const ids = [request.asker_id, request.from_id, request.to_id, ...further];
  const [people, [service]] = await Promise.all([findAccounts(db, ids), named(db, { id: request.service_id })]);
  if (!service) throw new Error(`service ${request.service_id} is missing`);
  return toldOf(request, service, people);
}

/** The same of what was read already. */
export function toldOf(request: RequestFacts, service: { name: string; product: string }, people: Map<number, AccountRow>): Told {
  const facts = {
    id: request.id,
    service: service.name,
    product: service.product,
    roles: request.roles,
    asker: personOf(accountIn(people, request.asker_id)),
    from: personOf(accountIn(people, request.from_id)),
    to: personOf(accountIn(people, request.to_id)),
    expiresAt: request.expires_at,
  };
  return { request, facts, people };
}

/** In which part an approver answers. Who takes a role over himself is the requester. */
export function approverPart(request: Pick<RequestRow, "asker_id">, account: number): Extract<Part, "requester" | "newcomer"> {
  return account === request.asker_id ? "requester" : "newcomer";
}
