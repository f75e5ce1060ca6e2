import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visit } from "../support/browser.ts";
import { openHouse } from "../support/house.ts";
import { isTold, newestCode, plain, signIn } from "./steps.ts";

for (const javaScript of [true, false]) {
  describe(javaScript ? "whoever follows a link" : "whoever follows a link without JavaScript", () => {
    test("signed in as somebody who is no party is told so, learns nothing, and can switch: the code is still filled in", async (t) => {
      const house = await openHouse(t);
      await house.ask("alice", { tech: "dave" });
      const visitor = await visit(t, house, { javaScript });
      visitor.expectStatus(404);
      const { page } = visitor;
      await signIn(visitor, "mallory");
      const { link, code } = await newestCode(visitor, "dave");
      await page.goto(link);
      await page.getByRole("heading", { name: "This link is for another account" }).waitFor();
      assert.doesNotMatch(plain(await page.getByRole("main").innerText()), /example\.net|Dave|Alice/);
      await page.getByRole("button", { name: "Use another account" }).click();
      await page.getByText("The code from your e-mail will be filled in.").waitFor();
      await signIn(visitor, "dave");
      assert.equal(await page.getByLabel("Your code from the e-mail").inputValue(), code);
      await page.getByRole("button", { name: "Accept the change" }).click();
      await isTold(visitor, "You have accepted.");
    });

    test("signed in as the other party is told whose code it is, and can switch", async (t) => {
      const house = await openHouse(t);
      await house.ask("alice", { tech: "dave" });
      const visitor = await visit(t, house, { javaScript });
      visitor.expectStatus(422);
      const { page } = visitor;
      await signIn(visitor, "alice");
      const { link, code } = await newestCode(visitor, "dave");
      await page.goto(link);
      await page.getByRole("button", { name: "Accept the change" }).click();
      await page.getByText("The code from the link is meant for another account: Dave Example").waitFor();
      await page.getByRole("button", { name: "Use another account" }).click();
      await page.getByText("The code from your e-mail will be filled in.").waitFor();
      await signIn(visitor, "dave");
      assert.equal(await page.getByLabel("Your code from the e-mail").inputValue(), code);
      await page.getByRole("button", { name: "Accept the change" }).click();
      await isTold(visitor, "You have accepted.");
    });

    test("signed out signs in first and comes back to the request with the code", async (t) => {
      const house = await openHouse(t);
      const [id] = await house.ask("alice", { tech: "dave" });
      const visitor = await visit(t, house, { javaScript });
      const { page } = visitor;
      const { link, code } = await newestCode(visitor, "dave");
      await page.goto(link);
      await page.getByText("The code from your e-mail will be filled in.").waitFor();
      assert.ok(!page.url().includes(code));
      await signIn(visitor, "dave");
      assert.equal(new URL(page.url()).pathname, `/useraccount/contacts/${id}`);
      assert.equal(await page.getByLabel("Your code from the e-mail").inputValue(), code);
      assert.ok(!(await page.title()).includes(code));
    });
  });
}
