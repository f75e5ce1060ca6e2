import assert from "node:assert/strict";
import { isOpen } from "../../../../src/domain/change-request.ts";
import { roles, rolesOf } from "../../../../src/domain/role.ts";
import { names } from "../../../support/cast.ts";
import { type Scene, servicesIn } from "./scene.ts";

/** The whole state of a scene against its model, and what must hold whatever the model says. */
export async function compare(scene: Scene): Promise<void> {
  const rows = await read(scene);
  compareHolders(scene, rows);
  compareRequests(scene, rows);
  compareMemberships(scene, rows);
}

type Rows = Awaited<ReturnType<typeof read>>;

async function read({ world, services, who }: Scene) {
  const db = world.store.read;
  const ids = services.map((service) => service.id);
  const accounts = names.map((name) => who[name].id);
  const [holders, moves, requests, approvals, held, members, counts] = await Promise.all([
    db.selectFrom("service").select(["id", "admin_id", "tech_id", "billing_id"]).where("id", "in", ids).execute(),
    db.selectFrom("contact_move").select(["service_id", "role", "from_id", "to_id", "request_id"]).where("service_id", "in", ids).orderBy("id").execute(),
    db.selectFrom("change_request").select(["id", "state", "roles", "to_id", "expires_at"]).where("service_id", "in", ids).execute(),
    db
      .selectFrom("approval")
      .innerJoin("change_request", "change_request.id", "approval.request_id")
      .select(["request_id", "account_id", "answer"])
      .where("service_id", "in", ids)
      .execute(),
    db.selectFrom("open_role").select(["role", "request_id"]).where("service_id", "in", ids).execute(),
    db.selectFrom("membership").select(["account_id", "service_id", "roles"]).where("service_id", "in", ids).execute(),
    db.selectFrom("membership_count").selectAll().where("account_id", "in", accounts).execute(),
  ]);
  return { holders, moves, requests, approvals, held, members, counts };
}

/** The contacts are those of the model, and the fold of the log; no role has moved but by a request that all have accepted, or by the shop. */
function compareHolders(scene: Scene, { holders, moves, requests, approvals }: Rows): void {
  for (const { id, expected } of servicesIn(scene)) {
    const row = holders.find((one) => one.id === id);
    for (const role of roles) {
      const fold = moves.filter((move) => move.service_id === id && move.role === role);
      assert.equal(row?.[`${role}_id`], expected[role], `${role} of service ${id}`);
      assert.equal(fold.at(-1)?.to_id, expected[role], "the contacts are the fold of the log");
      for (const [i, move] of fold.entries()) assert.equal(move.from_id, fold[i - 1]?.to_id ?? null, "each move takes the role from its holder");
    }
  }
  for (const move of moves) {
    if (move.request_id === null) continue;
    const request = requests.find((one) => one.id === move.request_id);
    assert.ok(request?.state === "done" && request.to_id === move.to_id && rolesOf(request.roles).includes(move.role), "a move was asked for");
    const answers = approvals.filter((approval) => approval.request_id === request.id).map((approval) => approval.answer);
    assert.ok(answers.length > 0 && answers.every((answer) => answer === "accepted"), `request ${request.id} is done with the consent of all`);
  }
}

/** States are those of the model, and a final one stays. */
function compareRequests({ model, ended }: Scene, { requests, held }: Rows): void {
  const expected = new Map(model.requests.map((request) => [request.id, request.state]));
  assert.equal(requests.length, expected.size);
  for (const row of requests) {
    const overdue = row.state === "validatingByCustomers" && row.expires_at <= model.now;
    const state = overdue ? "expired" : isOpen(row.state) ? "open" : row.state;
    assert.equal(state, expected.get(row.id), `request ${row.id}`);
    assert.equal(state, ended.get(row.id) ?? state, `request ${row.id} had ended`);
    if (state !== "open") ended.set(row.id, state);
  }
  const open = requests.filter((row) => isOpen(row.state)).flatMap((row) => rolesOf(row.roles).map((role) => `${role} ${row.id}`));
  assert.deepEqual(held.map((one) => `${one.role} ${one.request_id}`).sort(), open.sort(), "open requests hold their roles, and no others do");
}

/** Each role of a service that exists has one holder among its members; the counts are exact. */
function compareMemberships(scene: Scene, { members, counts }: Rows): void {
  for (const { id, expected, removed } of servicesIn(scene)) {
    const mine = members.filter((member) => member.service_id === id);
    for (const role of roles) {
      const holders = mine.filter((member) => rolesOf(member.roles).includes(role)).map((member) => member.account_id);
      assert.deepEqual(holders, removed ? [] : [expected[role]], "one holder for each role");
    }
    assert.equal(mine.length, removed ? 0 : new Set(Object.values(expected)).size);
  }
  for (const name of names) {
    const { id } = scene.who[name];
    const counted = counts.find((count) => count.account_id === id)?.services ?? 0;
    assert.equal(counted, members.filter((member) => member.account_id === id).length, `the count of ${name}`);
  }
}
