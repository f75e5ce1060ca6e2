import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "../support/browser.ts";
import { type House, openHouse } from "../support/house.ts";
import { acceptByLink, isTold, newestCode, signIn } from "./steps.ts";

test("§10: a mail scanner that opens every link by GET and HEAD changes nothing, and the codes still work", async (t) => {
  const house = await openHouse(t);
  await house.alter("erin", { email_verified_at: null });
  const people = ["alice", "dave", "erin"] as const;
  const scribe = await visit(t, house);
  await house.ask("alice", { tech: "dave" });
  await scribe.page.goto("/forgotten-password");
  await scribe.page.getByLabel("Handle or e-mail address").fill(house.who.dave.handle);
  await scribe.page.getByRole("button", { name: "Send the e-mail" }).click();
  await scribe.page.getByText("Look into your mailbox.").waitFor();
  await signIn(scribe, "erin");
  await scribe.page.goto("/confirm-address");
  await scribe.page.getByRole("button", { name: "Send the code again" }).click();
  await isTold(scribe, "A new code is on its way");

  const before = await everything(house);
  const letters = (await Promise.all(people.map((name) => house.letters(name)))).flat();
  const links = new Set(
    letters.flatMap(({ text, html }) => [...`${text} ${html.replaceAll("&amp;", "&")}`.matchAll(/https?:\/\/[^\s"<>]+/g)].map(([link]) => link)),
  );
  assert.ok([...links].filter((link) => link.includes("token=")).length >= 4, `links: ${[...links].join(" ")}`);
  for (const link of links) {
    for (const method of ["HEAD", "GET", "GET"]) assert.ok((await fetch(link, { method })).status < 500, link);
  }
  assert.deepEqual(await everything(house), before);

  const dave = await visit(t, house);
  await signIn(dave, "dave");
  await acceptByLink(dave, await newestCode(dave, "dave"));
  await isTold(dave, "You have accepted.");
});

/** All that a link could have changed. Sessions and limits are not part of it. */
async function everything({ store }: House): Promise<unknown> {
  const tables = ["account", "service", "change_request", "approval", "account_link", "outbox", "audit"] as const;
  return Promise.all(tables.map((table) => store.read.selectFrom(table).selectAll().execute()));
}
