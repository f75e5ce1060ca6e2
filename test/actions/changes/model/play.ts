import assert from "node:assert/strict";
import { closeAccount } from "../../../../src/actions/accounts/close-account.ts";
import { resumeAccount } from "../../../../src/actions/accounts/resume-account.ts";
import { suspendAccount } from "../../../../src/actions/accounts/suspend-account.ts";
import { acceptChange } from "../../../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../../../src/actions/changes/cancel-change.ts";
import { expireChanges } from "../../../../src/actions/changes/expire-changes.ts";
import { refuseChange } from "../../../../src/actions/changes/refuse-change.ts";
import { requestChange } from "../../../../src/actions/changes/request-change.ts";
import { resendCode } from "../../../../src/actions/changes/resend-code.ts";
import { importBatch } from "../../../../src/actions/import/import-batch.ts";
import { ImportOutdated } from "../../../../src/actions/import/records.ts";
import { lockContacts } from "../../../../src/actions/services/lock-contacts.ts";
import { removeService } from "../../../../src/actions/services/remove-service.ts";
import type { OperatorActor } from "../../../../src/context.ts";
import type { Role } from "../../../../src/domain/role.ts";
import { openSecrets } from "../../../../src/outbox/enqueue.ts";
import { type Name, refusal } from "../../../support/cast.ts";
import { type ModelRequest, modelAnswer, modelAsk, modelCancel, modelDeed, modelImport, modelRemove, modelResend, serviceAt, tick } from "./reference-model.ts";
import type { Scene } from "./scene.ts";
import type { Step, StepOf } from "./steps.ts";

const shop: OperatorActor = { kind: "operator", source: "test" };

/** Does one step on the system and on the model; fails where they differ in what is answered. */
export async function play(scene: Scene, step: Step): Promise<void> {
  switch (step.do) {
    case "wait":
      scene.world.clock.advance(step.ms);
      return tick(scene.model, step.ms);
    case "expire":
      await expireChanges(scene.world.context);
      return;
    case "debt":
      return toggleDebt(scene, step.who);
    case "reset":
      return block(scene, step.who);
    case "account":
      return manage(scene, step);
    case "lock":
      return lock(scene, step);
    case "remove":
      return check(modelRemove(scene.model, step.service), "done", () => removeService(scene.world.context, shop, named(scene, step.service)));
    case "import":
      return importContacts(scene, step);
    case "ask":
      return ask(scene, step);
    default: {
      const request = scene.model.requests[step.pick % Math.max(scene.model.requests.length, 1)];
      if (request) await playOn(scene, request, step);
    }
  }
}

async function toggleDebt({ world, who, model }: Scene, name: Name): Promise<void> {
  const account_id = who[name].id;
  if (model.late.delete(name)) await world.store.write((tx) => tx.db.deleteFrom("invoice").where("account_id", "=", account_id).execute());
  else {
    model.late.add(name);
    const invoice = {
      id: `debt-${account_id}`,
      account_id,
      order_ref: "o1",
      amount_minor: 1200,
      currency: "EUR",
      issued_on: "2025-12-01",
      due_on: "2026-01-01",
    };
    await world.store.write((tx) =>
      tx.db
        .insertInto("invoice")
        .values({ ...invoice, paid_on: null })
        .execute(),
    );
  }
}

/** As after a password reset by mail. */
async function block({ world, who, model }: Scene, name: Name): Promise<void> {
  const until = model.now + 24 * 3_600_000;
  model.blocked.set(name, until);
  await world.store.write((tx) => tx.db.updateTable("account").set({ asking_blocked_until: until }).where("id", "=", who[name].id).execute());
}

const deeds = { suspend: suspendAccount, resume: resumeAccount, close: closeAccount };

async function manage({ world, who, model }: Scene, step: StepOf<"account">): Promise<void> {
  await check(modelDeed(model, step.deed, step.who), "done", () => deeds[step.deed](world.context, shop, { handle: who[step.who].handle }));
}

async function lock(scene: Scene, { service, locked }: StepOf<"lock">): Promise<void> {
  const one = serviceAt(scene.model, service);
  if (!one.removed) one.locked = locked;
  await check(one.removed ? "service-not-found" : "done", "done", () => lockContacts(scene.world.context, shop, { ...named(scene, service), locked }));
}

async function importContacts(scene: Scene, { service, wanted }: StepOf<"import">): Promise<void> {
  const { holders, removed } = serviceAt(scene.model, service);
  if (removed) return;
  const names = { admin: holders.admin, ...wanted };
  const contacts = { admin: scene.who[names.admin].handle, ...handles(scene, wanted) };
  const options = { update: true, contacts: true };
  const bring = (): Promise<unknown> =>
    importBatch(scene.world.context, shop, { kind: "service", records: [{ ...named(scene, service), contacts }] }, options, "model", "1");
  if (modelImport(scene.model, service, names)) await bring();
  else await assert.rejects(bring(), ImportOutdated);
}

const named = ({ services }: Scene, index: number): { product: string; name: string } => ({ product: "domain", name: services[index]?.name ?? "" });

function handles({ who }: Scene, wanted: Partial<Record<Role, Name>>): Partial<Record<Role, string>> {
  return Object.fromEntries(Object.entries(wanted).map(([role, name]) => [role, who[name].handle]));
}

async function ask(scene: Scene, { who, service, wanted }: StepOf<"ask">): Promise<void> {
  const { model, world } = scene;
  const expected = modelAsk(model, service, who, wanted);
  const call = (): Promise<{ ids: number[] }> =>
    requestChange(world.context, scene.who[who], { serviceId: scene.services[service]?.id ?? 0, contacts: handles(scene, wanted) });
  if (typeof expected === "string") return check(expected, "", call);
  const { ids } = await call();
  assert.equal(ids.length, expected.length);
  const codes = await newCodes(scene, ids);
  for (const [i, group] of expected.entries()) {
    const id = ids[i] ?? 0;
    const approvers: ModelRequest["approvers"] = new Map();
    for (const approver of new Set([who, group.to]))
      approvers.set(approver, { said: null, code: codes.get(`${id} ${scene.who[approver].id}`) ?? "", dead: new Set(), wrong: 0, sentAt: model.now });
    const byAdmin = serviceAt(model, service).holders.admin === who;
    const expiresAt = model.now + 7 * 24 * 3_600_000;
    model.requests.push({ id, call: Math.min(...ids), service, asker: who, ...group, byAdmin, state: "open", expiresAt, approvers });
  }
}

/** The codes in the letters that still wait, by request and account. */
async function newCodes({ world }: Scene, ids: readonly number[]): Promise<Map<string, string>> {
  const rows = await world.store.read
    .selectFrom("outbox")
    .select(["id", "sealed", "request_id", "account_id"])
    .where("request_id", "in", ids)
    .where("sealed", "is not", null)
    .execute();
  return new Map(rows.map((row) => [`${row.request_id} ${row.account_id}`, openSecrets(world.context, row)?.[0] ?? ""]));
}

async function playOn(scene: Scene, request: ModelRequest, one: StepOf<"answer" | "resend" | "cancel">): Promise<void> {
  const { model, world } = scene;
  const who = one.who === "asker" ? request.asker : one.who === "newcomer" ? request.to : one.who;
  const actor = scene.who[who];
  const input = { id: request.id };
  if (one.do === "cancel") return check(modelCancel(model, request, who), "aborted", () => cancelChange(world.context, actor, input));
  if (one.do === "resend") return resend(scene, request, who, one.to);
  const code = codeFor(request, who, one.code);
  const expected = modelAnswer(model, request, who, code, one.word);
  const answer = one.word === "accepted" ? acceptChange : refuseChange;
  const fine = ["validatingByCustomers", "done", "refused"].includes(expected) ? expected : "";
  await check(expected, fine, async () => assert.equal((await answer(world.context, actor, { ...input, code })).state, expected));
}

async function resend(scene: Scene, request: ModelRequest, who: Name, to: "me" | "newcomer"): Promise<void> {
  const receiver = to === "me" ? who : request.to;
  const expected = modelResend(scene.model, request, who, to);
  await check(expected, "sent", () => resendCode(scene.world.context, scene.who[who], { id: request.id, to }));
  const approval = request.approvers.get(receiver);
  if (expected !== "sent" || !approval) return;
  const code = (await newCodes(scene, [request.id])).get(`${request.id} ${scene.who[receiver].id}`) ?? "";
  approval.dead.add(approval.code);
  Object.assign(approval, { code, wrong: 0, sentAt: scene.model.now });
}

function codeFor(request: ModelRequest, who: Name, kind: StepOf<"answer">["code"]): string {
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
