import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../support/browser.ts";
import { minutes } from "../support/clock.ts";
import { openHouse } from "../support/house.ts";
import { acceptByLink, isTold, newestCode, signIn } from "./steps.ts";

test("the admin who takes a role over answers alone", async (t) => {
  const house = await openHouse(t);
  const alice = await visit(t, house);
  const { page } = alice;
  await signIn(alice, "alice");
  await page.goto("/useraccount/services/1?edit=contacts");
  await page.getByLabel("Billing contact").fill(house.who.alice.handle);
  await page.getByRole("button", { name: "Ask for the change" }).click();
  await isTold(alice, "Only you have to answer");
  await acceptByLink(alice, await newestCode(alice, "alice"));
  await isTold(alice, "The change is made.");
  assert.equal((await house.contacts()).billing, "alice");
  assert.match((await house.letters("carol"))[0]?.text ?? "", /example\.net/, "the replaced contact is told");
});

test("what a role does not allow is shown as such, with the admin contact's handle", async (t) => {
  const house = await openHouse(t);
  const bob = await visit(t, house);
  await signIn(bob, "bob");
  await bob.page.goto("/useraccount/contacts?edit=1");
  await bob.page.getByLabel("Handle of the technical contact of example.net").waitFor();
  assert.equal(await bob.page.getByLabel("Handle of the admin contact of example.net").count(), 0);
  await bob.page.getByText(`Turn to ${house.who.alice.handle}`).first().waitFor();
});

test("the code that was sent before is dead once the request is sent again, and the page says so", async (t) => {
  const house = await openHouse(t);
  await house.ask("alice", { tech: "dave" });
  const dave = await visit(t, house);
  dave.expectStatus(422);
  const { page } = dave;
  await signIn(dave, "dave");
  const old = await newestCode(dave, "dave");
  house.clock.advance(minutes(2));
  await page.goto("/useraccount/contacts/1");
  await page.getByRole("button", { name: "Resend request" }).click();
  await isTold(dave, "A new code is on its way.");
  await acceptByLink(dave, old);
  await page
    .getByText(/newer|replaced|sent again/i)
    .first()
    .waitFor();
  const fresh = await newestCode(dave, "dave");
  assert.notEqual(fresh.code, old.code);
  await acceptByLink(dave, fresh);
  await isTold(dave, "You have accepted.");
});

test("the requester cancels, and the newcomer hears it", async (t) => {
  const house = await openHouse(t);
  await house.ask("alice", { tech: "dave" });
  const alice = await visit(t, house);
  await signIn(alice, "alice");
  await alice.page.goto("/useraccount/contacts/1");
  await alice.page.getByRole("button", { name: "Cancel the request" }).click();
  await isTold(alice, "The request is cancelled.");
  assert.equal((await house.mails("dave")).filter(({ letter }) => letter === "change-cancelled").length, 1);
  assert.equal((await house.contacts()).tech, "bob");
});

test("a list is a URL: search, filter and the way back", async (t) => {
  const house = await openHouse(t);
  for (let n = 1; n <= 60; n++) await house.addService(`shop-${n}.example`, n % 2 ? { tech: "bob" } : {});
  const alice = await visit(t, house);
  const { page } = alice;
  await signIn(alice, "alice");
  await page.goto("/useraccount/contacts");
  assert.equal(await page.getByRole("row").count(), 51, "a page of fifty, and the head");
  await page.getByRole("link", { name: "Next" }).click();
  await page.getByRole("link", { name: "Previous" }).waitFor();
  await page.getByRole("searchbox").pressSequentially("shop-1");
  await page.getByText("11 services on this page").first().waitFor();
  const address = page.url();
  await page.getByRole("link", { name: "shop-12.example", exact: true }).click();
  await page.getByRole("heading", { name: "shop-12.example" }).waitFor();
  await page.goBack();
  await page.getByText("11 services on this page").first().waitFor();
  assert.equal(page.url(), address);
  await page.reload();
  assert.equal(await page.getByRole("searchbox").inputValue(), "shop-1");
});
