import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Visitor, visit } from "../support/browser.ts";
import { minutes } from "../support/clock.ts";
import { openHouse, password } from "../support/house.ts";
import { isTold, nameContacts, newestCode, newestLink, signIn } from "./steps.ts";

for (const javaScript of [true, false]) {
  describe(javaScript ? "an account" : "an account without JavaScript", () => {
    test("begins with signing up and confirming; when its address is changed, codes go to the new one", async (t) => {
      const house = await openHouse(t);
      const visitor = await visit(t, house, { javaScript });
      const { page } = visitor;
      await signUp(visitor, { name: "Fred Newman", email: "fred@example.org" });
      const handle = /Your handle is ([a-z]{2}[0-9]{6}-ovh)/.exec(await page.getByRole("main").innerText())?.[1] ?? "";
      await page.getByText("Your e-mail address is not confirmed.").waitFor();

      await page.goto((await newestLink(visitor, "fred@example.org")).link);
      assert.ok(!page.url().includes("token"));
      await page.getByRole("button", { name: "Confirm the address" }).click();
      await isTold(visitor, "fred@example.org is now the address of");

      const alice = await visit(t, house, { javaScript });
      await signIn(alice, "alice");
      await alice.page.goto("/useraccount/services/1?edit=contacts");
      await alice.page.getByLabel("Technical contact").fill(handle);
      await alice.page.getByRole("button", { name: "Ask for the change" }).click();
      await isTold(alice, "registered");
      const first = await newestCode(visitor, "fred@example.org");

      house.clock.advance(minutes(2));
      await page.goto("/useraccount/profile");
      await page.getByLabel("New address").fill("fred@example.net");
      const address = page.getByRole("region", { name: "E-mail address" });
      await address.getByLabel("Present password").fill("a long enough secret");
      await page.getByRole("button", { name: "Change the address" }).click();
      await isTold(visitor, "Now confirm the new address.");
      const { code } = await newestLink(visitor, "fred@example.net");
      await page.goto("/confirm-address");
      await page.getByLabel("Code from the e-mail").fill(code);
      await page.getByRole("button", { name: "Confirm the address" }).click();
      await isTold(visitor, "fred@example.net is now the address of");

      const second = await newestCode(visitor, "fred@example.net");
      assert.notEqual(second.code, first.code, "the code that went to the old address is dead");
      await page.goto(second.link);
      await page.getByRole("button", { name: "Accept the change" }).click();
      await isTold(visitor, "You have accepted.");
      assert.match((await house.letters("fred@example.org"))[0]?.text ?? "", /fred@example\.net/, "the old address is told");
    });

    test("whose password is forgotten gets a new one by mail; until the next day it gives nothing away", async (t) => {
      const house = await openHouse(t);
      const visitor = await visit(t, house, { javaScript });
      const { page } = visitor;
      visitor.expectStatus(422);
      await page.goto("/sign-in");
      await page.getByRole("link", { name: "Forgotten password?" }).click();
      await page.getByRole("heading", { name: "Forgotten password" }).waitFor();
      await page.getByLabel("Handle or e-mail address").fill("alice@example.com");
      await page.getByRole("button", { name: "Send the e-mail" }).click();
      await page.getByText("Look into your mailbox.").waitFor();

      await page.goto((await newestLink(visitor, "alice")).link);
      assert.ok(!page.url().includes("token"));
      await page.getByText(house.who.alice.handle).waitFor();
      await page.getByLabel("New password").fill("another long secret");
      await page.getByRole("button", { name: "Set the password and sign in" }).click();
      await isTold(visitor, "Your password is changed.");

      await page.goto("/useraccount/contacts?edit=1");
      await page.getByLabel("Handle of the technical contact of example.net").fill(house.who.dave.handle);
      await page.getByRole("button", { name: "Ask for the change" }).click();
      await page
        .getByText(/16 January 2026/)
        .first()
        .waitFor();
      assert.deepEqual(await house.mails("dave"), []);

      house.clock.advance(minutes(24 * 60 + 1));
      await nameContacts(visitor, "example.net", { tech: "dave" });
    });

    test("is not entered with a wrong password: the page says so and keeps the handle", async (t) => {
      const house = await openHouse(t);
      const visitor = await visit(t, house, { javaScript });
      const { page } = visitor;
      visitor.expectStatus(422);
      await page.goto("/sign-in");
      await page.getByLabel("Handle or e-mail address").fill(house.who.alice.handle);
      await page.getByLabel("Password", { exact: true }).fill(`${password}!`);
      await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").getByText("do not belong together").waitFor();
      assert.equal(await page.getByLabel("Handle or e-mail address").inputValue(), house.who.alice.handle);
    });
  });
}

async function signUp({ page }: Visitor, { name, email }: { name: string; email: string }): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Create one" }).click();
  await page.getByRole("heading", { name: "Create an account" }).waitFor();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("a long enough secret");
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByText(`Welcome, ${name}`).waitFor();
}
