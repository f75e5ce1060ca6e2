import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../../src/actions/changes/cancel-change.ts";
import { expireChanges } from "../../../src/actions/changes/expire-changes.ts";
import { refuseChange } from "../../../src/actions/changes/refuse-change.ts";
import { resendCode } from "../../../src/actions/changes/resend-code.ts";
import { isOpen } from "../../../src/domain/change-request.ts";
import { type Role, roles, rolesOf } from "../../../src/domain/role.ts";
import { createStage, type Name, names, refusal, type Stage } from "../../support/cast.ts";
import { eachStore } from "../../support/each-store.ts";
import { type Model, type ModelRequest, modelAnswer, modelAsk, modelCancel, modelResend, tick, week } from "./reference-model.ts";

/*
 * No sequence of commands moves a role without the consent of every approver: random sequences on the system and on a
 * reference model, compared after every step. A failing seed is printed and replayed by fast-check.
 */
const name = fc.constantFrom<Name>(...names);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("ask" as const), who: name, wanted: fc.record({ admin: name, tech: name, billing: name }, { requiredKeys: [] }) }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      pick: fc.nat(),
      who: fc.oneof({ weight: 3, arbitrary: fc.constantFrom("asker" as const, "newcomer" as const) }, name),
      code: fc.oneof({ weight: 5, arbitrary: fc.constant("mine" as const) }, fc.constantFrom("older" as const, "other" as const, "wrong" as const)),
      word: fc.constantFrom("accepted" as const, "accepted" as const, "accepted" as const, "refused" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("resend" as const), pick: fc.nat(), who: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), pick: fc.nat(), who: name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1000, 60_000, 3_600_000, week / 2, week) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("expire" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("debt" as const), who: name }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

eachStore("the model", (openStore) => {
  test("the system does what the reference model does, step by step", { timeout: 300_000 }, async () => {
    const stage = await createStage({}, openStore);
    let sequence = 0;
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => run(stage, `model-${sequence++}.example`, steps)),
        { numRuns: Number(process.env["MODEL_SEQUENCES"] ?? 250) },
      );
    } finally {
      await stage.close();
    }
  });
});

async function run(stage: Stage, service: string, steps: Step[]): Promise<void> {
  await stage.store.write((tx) => tx.db.deleteFrom("invoice").execute());
  await stage.store.write((tx) => tx.db.deleteFrom("rate_limit").execute());
  const serviceId = await stage.addService(service, { admin: "alice", tech: "bob", billing: "carol" });
  const model: Model = { holders: { admin: "alice", tech: "bob", billing: "carol" }, requests: [], late: new Set(), now: stage.clock.now() };
  for (const one of steps) {
    await play(stage, serviceId, model, one);
    await compare(stage, serviceId, model);
  }
}

async function play(stage: Stage, serviceId: number, model: Model, one: Step): Promise<void> {
  if (one.do === "wait") {
    stage.clock.advance(one.ms);
    tick(model, one.ms);
  } else if (one.do === "expire") {
    await expireChanges(stage.context);
  } else if (one.do === "debt") {
    await toggleDebt(stage, model, one.who);
  } else if (one.do === "ask") {
    await ask(stage, serviceId, model, one.who, one.wanted);
  } else {
    const request = model.requests[one.pick % Math.max(model.requests.length, 1)];
    if (request) await playOn(stage, model, request, one);
  }
}

async function toggleDebt(stage: Stage, model: Model, who: Name): Promise<void> {
  if (model.late.delete(who)) await stage.store.write((tx) => tx.db.deleteFrom("invoice").where("account_id", "=", stage.who[who].id).execute());
  else {
    model.late.add(who);
    await stage.owes(who, "2026-01-01");
  }
}

async function ask(stage: Stage, serviceId: number, model: Model, who: Name, wanted: Partial<Record<Role, Name>>): Promise<void> {
  const expected = modelAsk(model, who, wanted);
  if (typeof expected === "string") {
    assert.equal((await refusal(stage.ask(who, wanted, serviceId))).code, expected);
    return;
  }
  const ids = await stage.ask(who, wanted, serviceId);
  assert.equal(ids.length, expected.length);
  for (const [i, group] of expected.entries()) {
    const id = ids[i] ?? 0;
    const approvers: ModelRequest["approvers"] = new Map();
    for (const approver of new Set([who, group.to])) {
      approvers.set(approver, { said: null, code: await stage.codeOf(approver, id), dead: new Set(), wrong: 0, sentAt: model.now });
    }
    const byAdmin = model.holders.admin === who;
    model.requests.push({ id, call: ids[0] ?? 0, asker: who, ...group, byAdmin, state: "open", expiresAt: model.now + week, approvers });
  }
}

async function playOn(stage: Stage, model: Model, request: ModelRequest, one: Extract<Step, { do: "answer" | "resend" | "cancel" }>): Promise<void> {
  const who = one.who === "asker" ? request.asker : one.who === "newcomer" ? request.to : one.who;
  const input = { id: request.id };
  if (one.do === "cancel") return check(modelCancel(model, request, who), "aborted", () => cancelChange(stage.context, stage.who[who], input));
  if (one.do === "resend") {
    const expected = modelResend(model, request, who);
    await check(expected, "sent", () => resendCode(stage.context, stage.who[who], input));
    const mine = request.approvers.get(who);
    if (expected === "sent" && mine) {
      mine.dead.add(mine.code);
      request.approvers.set(who, { ...mine, code: await stage.codeOf(who, request.id), wrong: 0, sentAt: model.now });
    }
    return;
  }
  const code = codeFor(request, who, one.code);
  const expected = modelAnswer(model, request, who, code, one.word);
  const answer = one.word === "accepted" ? acceptChange : refuseChange;
  const fine = ["validatingByCustomers", "done", "refused"].includes(expected) ? expected : "";
  await check(expected, fine, async () => assert.equal((await answer(stage.context, stage.who[who], { ...input, code })).state, expected));
}

function codeFor(request: ModelRequest, who: Name, kind: "mine" | "older" | "other" | "wrong"): string {
  const mine = request.approvers.get(who);
  if (kind === "mine" && mine) return mine.code;
  if (kind === "older" && mine) return [...mine.dead][0] ?? mine.code;
  if (kind === "other") return [...request.approvers].find(([other]) => other !== who)?.[1].code ?? "x".repeat(32);
  return "w".repeat(32);
}

async function check(expected: string, fine: string, act: () => Promise<unknown>): Promise<void> {
  if (expected === fine) {
    await act();
    return;
  }
  const { code } = await refusal(act());
  if (expected === "closed-or-expired") assert.ok(["request-closed", "request-expired", "already-answered", "code-locked"].includes(code), code);
  else assert.equal(code, expected);
}

/** The whole state of the service, and the invariants that no model is needed for. */
async function compare(stage: Stage, serviceId: number, model: Model): Promise<void> {
  const db = stage.store.read;
  assert.deepEqual(await stage.contacts(serviceId), model.holders);
  const moves = await db.selectFrom("contact_move").selectAll().where("service_id", "=", serviceId).orderBy("id").execute();
  for (const role of roles)
    assert.equal(moves.findLast((move) => move.role === role)?.to_id, stage.who[model.holders[role]].id, "the contacts are the fold of the log");
  const rows = await db.selectFrom("change_request").selectAll().where("service_id", "=", serviceId).execute();
  for (const row of rows) {
    const state = model.requests.find((request) => request.id === row.id)?.state;
    const overdue = row.state === "validatingByCustomers" && row.expires_at <= model.now;
    assert.equal(overdue ? "expired" : isOpen(row.state) ? "open" : row.state, state, `request ${row.id}`);
  }
  const held = await db.selectFrom("open_role").select(["role", "request_id"]).where("service_id", "=", serviceId).execute();
  const open = rows.filter((row) => isOpen(row.state)).flatMap((row) => rolesOf(row.roles).map((role) => `${role} ${row.id}`));
  assert.deepEqual(held.map((one) => `${one.role} ${one.request_id}`).sort(), open.sort());
  const members = await db.selectFrom("membership").select(["account_id", "roles"]).where("service_id", "=", serviceId).execute();
  for (const role of roles) {
    const holders = members.filter((member) => rolesOf(member.roles).includes(role)).map((member) => member.account_id);
    assert.deepEqual(holders, [stage.who[model.holders[role]].id], "one holder for each role");
  }
}
