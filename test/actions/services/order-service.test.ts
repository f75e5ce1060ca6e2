import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { listServices } from "../../../src/actions/services/list-services.ts";
import { lockContacts } from "../../../src/actions/services/lock-contacts.ts";
import { orderService } from "../../../src/actions/services/order-service.ts";
import { removeService } from "../../../src/actions/services/remove-service.ts";
import { showService } from "../../../src/actions/services/show-service.ts";
import { createStage, refusal, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";
import { faults } from "../../support/household.ts";

const operator = { kind: "operator", source: "test" } as const;

eachStore("services of the operator's shop", (openStore) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage({}, openStore);
  });
  afterEach(() => stage.close());
  const order = (name: string, more: { product?: string; account?: string; expiresOn?: string } = {}) =>
    orderService(stage.context, operator, { product: "domain", name, account: stage.who.dave.handle, ...more });
  const remove = () => removeService(stage.context, operator, { product: "domain", name: "Example.NET" });
  const audit = async (deed: string) => stage.store.read.selectFrom("audit").selectAll().where("deed", "=", deed).execute();

  test("§3: the ordering account becomes contact in all three roles", async () => {
    const { id } = await order("Bücher.example", { account: stage.who.dave.handle.toUpperCase(), expiresOn: "2027-01-15" });
    const view = await showService(stage.context, stage.who.dave, { id });
    assert.deepEqual(view.myRoles, ["admin", "tech", "billing"]);
    assert.equal(view.name, "xn--bcher-kva.example");
    assert.equal(view.shownName, "bücher.example");
    assert.equal(view.createdOn, "2026-01-15");
    assert.deepEqual(
      view.history.map((move) => [move.role, move.from, move.to]),
      [
        ["billing", null, stage.who.dave.handle],
        ["tech", null, stage.who.dave.handle],
        ["admin", null, stage.who.dave.handle],
      ],
    );
    assert.equal((await listServices(stage.context, stage.who.dave)).total, 1);
    assert.equal((await audit("service.ordered"))[0]?.service_id, id);
  });
  test("the same name may exist under several products", async () => {
    await order("example.net", { product: "domain/zone" });
    assert.equal((await listServices(stage.context, stage.who.dave)).total, 1);
  });

  describe("an order is refused", () => {
    test("where the service exists", async () => {
      assert.deepEqual(await refusal(order("EXAMPLE.net")), { code: "service-exists", service: "example.net" });
      assert.equal((await listServices(stage.context, stage.who.dave)).total, 0);
    });
    test("where the product is unknown", async () => {
      assert.deepEqual(await refusal(order("a.example", { product: "boats" })), { code: "product-unknown", product: "boats" });
    });
    test("where the name cannot be one, or would clash with a route", async () => {
      assert.deepEqual(await refusal(order("no domain")), { code: "service-name-invalid", service: "no domain" });
      assert.deepEqual(await refusal(order("zone")), { code: "service-name-invalid", service: "zone" });
    });
    test("where the account is unknown, suspended or closed", async () => {
      assert.equal((await refusal(order("a.example", { account: "zz999999-ovh" }))).code, "account-not-found");
      await stage.alter("dave", { status: "suspended" });
      assert.equal((await refusal(order("a.example"))).code, "account-suspended");
      await stage.alter("dave", { status: "closed" });
      assert.equal((await refusal(order("a.example"))).code, "account-closed");
    });
    test("where a date is none", async () => {
      assert.deepEqual(Object.keys(await faults(order("a.example", { expiresOn: "2026-02-30" }))), ["expiresOn"]);
    });
  });

  describe("a removed service", () => {
    test("is on nobody's list and on no page, and its name is free", async () => {
      await remove();
      assert.equal((await refusal(showService(stage.context, stage.who.alice, { id: stage.serviceId }))).code, "service-not-found");
      for (const name of ["alice", "bob", "carol"] as const) {
        const { rows, total } = await listServices(stage.context, stage.who[name]);
        assert.deepEqual([rows, total], [[], 0]);
      }
      assert.equal((await refusal(remove())).code, "service-not-found");
      await order("example.net");
    });
    test("§10: takes its open requests with it, as `error`, and their approvers are told", async () => {
      const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
      await remove();
      const request = await stage.store.read.selectFrom("change_request").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      assert.deepEqual([request.state, request.reason], ["error", "service-gone"]);
      const told = (await stage.mails()).filter((mail) => mail.letter === "change-failed").map((mail) => mail.to);
      assert.deepEqual(told.sort(), ["alice", "dave"]);
    });
    test("§10: leaves a request expired whose time was over, though no timer had run", async () => {
      const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
      stage.clock.advance(days(7));
      await remove();
      const request = await stage.store.read.selectFrom("change_request").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
      assert.deepEqual([request.state, request.reason], ["expired", null]);
    });
  });

  test("a service is marked as not changeable, and as changeable again", async () => {
    const lock = (locked: boolean) => lockContacts(stage.context, operator, { product: "domain", name: "example.net", locked });
    const asked = () => stage.ask("alice", { tech: "dave" });
    await lock(true);
    assert.equal((await refusal(asked())).code, "service-not-changeable");
    assert.equal((await showService(stage.context, stage.who.alice, { id: stage.serviceId })).contactsLocked, true);
    await lock(false);
    assert.equal((await asked()).length, 1);
  });
});
