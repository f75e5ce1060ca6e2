import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visit } from "../support/browser.ts";
import { openHouse } from "../support/house.ts";
import { acceptByLink, acceptByTyping, isTold, nameContacts, newestCode, rowOf, signIn } from "./steps.ts";

for (const javaScript of [true, false]) {
  describe(javaScript ? "in a browser" : "in a browser without JavaScript", () => {
    test("a role passes when one accepts by the link and the other by typing the code", async (t) => {
      const house = await openHouse(t);
      const alice = await visit(t, house, { javaScript });
      await signIn(alice, "alice");
      await nameContacts(alice, "example.net", { tech: "dave" });

      await acceptByLink(alice, await newestCode(alice, "alice"));
      await isTold(alice, "You have accepted.");
      await alice.page.getByText("Now the request waits for the other contact.").waitFor();
      assert.match(await rowOf(alice, "example.net"), new RegExp(house.who.bob.handle));

      const dave = await visit(t, house, { javaScript });
      await signIn(dave, "dave");
      await acceptByTyping(dave, await newestCode(dave, "dave"));
      await isTold(dave, "The change is made.");

      const row = await rowOf(alice, "example.net");
      assert.match(row, new RegExp(house.who.dave.handle));
      assert.doesNotMatch(row, new RegExp(house.who.bob.handle));
      assert.deepEqual(await house.contacts(), { admin: "alice", tech: "dave", billing: "carol" });
      assert.match((await house.letters("bob"))[0]?.subject ?? "", /example\.net/, "the replaced contact is told");
    });

    test("a handle that nobody has is told at its field, and what was typed stays", async (t) => {
      const house = await openHouse(t);
      const alice = await visit(t, house, { javaScript });
      alice.expectStatus(422);
      await signIn(alice, "alice");
      await alice.page.goto("/useraccount/contacts?edit=1");
      const field = alice.page.getByLabel("Handle of the billing contact of example.net");
      await field.fill("zz999999-ovh");
      await alice.page.getByRole("button", { name: "Ask for the change" }).click();
      await alice.page.getByText("There is no account zz999999-ovh").waitFor();
      assert.equal(await field.inputValue(), "zz999999-ovh");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.deepEqual(await house.mails(), []);
    });

    test("the newcomer refuses, and nothing has changed", async (t) => {
      const house = await openHouse(t);
      const [id] = await house.ask("alice", { tech: "dave" });
      const dave = await visit(t, house, { javaScript });
      await signIn(dave, "dave");
      await dave.page.getByText("1 request waits for your answer.").waitFor();
      await dave.page.goto((await newestCode(dave, "dave")).link);
      await dave.page.getByRole("button", { name: "Refuse" }).click();
      await isTold(dave, "You have refused.");
      assert.equal((await house.contacts()).tech, "bob");
      assert.match((await house.letters("alice"))[0]?.text ?? "", new RegExp(`#?${id}`), "the requester is told");
    });
  });
}

test("what waits is on every device of the one who has answered", async (t) => {
  const house = await openHouse(t);
  await house.ask("alice", { tech: "dave" });
  const desktop = await visit(t, house);
  const phone = await visit(t, house, { viewport: { width: 390, height: 844 } });
  await signIn(desktop, "alice");
  await signIn(phone, "alice");
  await acceptByLink(desktop, await newestCode(desktop, "alice"));
  await isTold(desktop, "You have accepted.");
  await phone.page.goto("/useraccount/contacts?tab=REQUESTS");
  await phone.page.getByText("Waits for Dave Example").waitFor();
});
