import type { Store } from "../../../src/storage/store.ts";

export type Rows = Awaited<ReturnType<typeof readAll>>;

/** All that is judged, read once. */
export async function readAll({ read }: Store) {
  const requests = await read.selectFrom("change_request").selectAll().orderBy("id").execute();
  const services = await read.selectFrom("service").select(["id", "admin_id", "tech_id", "billing_id", "removed_at"]).orderBy("id").execute();
  const approvals = await read
    .selectFrom("approval")
    .select(["id", "request_id", "account_id", "answer", "answered_at", "serial", "sent_to"])
    .orderBy("id")
    .execute();
  return {
    services,
    requests: new Map(requests.map((row) => [row.id, row])),
    approvals,
    moves: await read.selectFrom("contact_move").selectAll().orderBy("id").execute(),
    openRoles: await read.selectFrom("open_role").selectAll().execute(),
    memberships: await read.selectFrom("membership").select(["account_id", "service_id", "roles"]).execute(),
    counts: await read.selectFrom("membership_count").selectAll().execute(),
    outbox: await read
      .selectFrom("outbox")
      .select(["id", "account_id", "recipient", "letter", "request_id", "approval_id", "state", "sealed"])
      .orderBy("id")
      .execute(),
    deeds: await read.selectFrom("audit").select(["deed", "account_id", "request_id"]).where("request_id", "is not", null).execute(),
    answers: await read.selectFrom("api_answer").select(["account_id", "idempotency_key"]).execute(),
    handles: new Map((await read.selectFrom("account").select(["id", "handle"]).execute()).map((row) => [row.id, row.handle])),
  };
}

/** The rows of each request. */
export function byRequest<T extends { request_id: number | null }>(rows: readonly T[]): Map<number, T[]> {
  return Map.groupBy(
    rows.filter((row) => row.request_id !== null),
    (row) => row.request_id as number,
  );
}
