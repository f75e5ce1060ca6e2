import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { refuseChange } from "../../src/actions/changes/refuse-change.ts";
import { type Visitor, type VisitorOptions, visit } from "../support/browser.ts";
import { type House, openHouse } from "../support/house.ts";
import { newestCode, plain, signIn } from "./steps.ts";

type Place = { name: string; path: string; ready: string };

/** Every page; `ready`: a heading of it, in English. */
const open: Place[] = [
  { name: "signing in", path: "/sign-in", ready: "Sign in" },
  { name: "signing up", path: "/sign-up", ready: "Create an account" },
  { name: "forgotten password", path: "/forgotten-password", ready: "Forgotten password" },
  { name: "mail for a new password sent", path: "/forgotten-password?sent=1", ready: "Forgotten password" },
  { name: "a link for a new password that is no good", path: "/reset-password", ready: "Set a new password" },
  { name: "confirming an address", path: "/confirm-address", ready: "Confirm your e-mail address" },
  { name: "the mailbox", path: "/mailbox", ready: "Mailbox" },
  { name: "a page that does not exist", path: "/nowhere", ready: "This page does not exist" },
];
const own: Place[] = [
  { name: "my services", path: "/useraccount/contacts", ready: "My contacts" },
  { name: "my services, one being edited", path: "/useraccount/contacts?edit=1", ready: "My contacts" },
  { name: "my services, none found", path: "/useraccount/contacts?q=nothing", ready: "No service found" },
  { name: "my requests", path: "/useraccount/contacts?tab=REQUESTS", ready: "My contacts" },
  { name: "my requests, none found", path: "/useraccount/contacts?tab=REQUESTS&state=expired", ready: "No request found" },
  { name: "a request to answer", path: "/useraccount/contacts/1", ready: "example.net" },
  { name: "a request that was refused", path: "/useraccount/contacts/2", ready: "example.net" },
  { name: "a service", path: "/useraccount/services/1", ready: "example.net" },
  { name: "a service, its contacts being edited", path: "/useraccount/services/1?edit=contacts", ready: "example.net" },
  { name: "a service, its owner being edited", path: "/useraccount/services/1?edit=owner", ready: "example.net" },
  { name: "my account", path: "/useraccount/profile", ready: "My account" },
  { name: "a service, its renewal being set", path: "/useraccount/services/1?edit=renewal", ready: "example.net" },
  { name: "my keys", path: "/useraccount/keys", ready: "Keys for programs" },
  { name: "a new key", path: "/createToken/?GET=/me*&POST=/me/task/contactChange/*", ready: "Create a key" },
  { name: "a new application", path: "/createApp/", ready: "Register an application" },
  { name: "a program's question that is closed", path: "/auth/", ready: "This request is no longer open" },
  { name: "my invoices", path: "/useraccount/invoices", ready: "Invoices" },
  { name: "my e-mails", path: "/useraccount/mails", ready: "E-mails to you" },
];

for (const colorScheme of ["light", "dark"] as const) {
  describe(`axe finds nothing in ${colorScheme} on`, () => {
    test("any page", async (t) => {
      const visitor = await visitFurnished(t, { colorScheme });
      const found = await walk(visitor, faultsOf);
      assert.deepEqual(found, []);
    });
  });
}

describe("nothing scrolls sideways on any page", () => {
  for (const language of ["en", "fi", "pl", "de"] as const) {
    test(`at 320 px in ${language}`, async (t) => {
      const visitor = await visitFurnished(t, { language, viewport: { width: 320, height: 640 } });
      assert.deepEqual(await walk(visitor, tooWide), []);
    });
  }

  test("with text of 200 %", async (t) => {
    const visitor = await visitFurnished(t, { viewport: { width: 1024, height: 768 } });
    // As somebody does it in the settings of the browser.
    const settings = await visitor.page.context().newCDPSession(visitor.page);
    await settings.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
    await visitor.page.goto("/sign-in");
    assert.equal(await visitor.page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
    assert.deepEqual(await walk(visitor, tooWide), []);
  });
});

test("the keyboard alone leads through a request: skip link, search, pencil, answer", async (t) => {
  const house = await openHouse(t);
  const visitor = await visit(t, house);
  const { page } = visitor;
  await signIn(visitor, "alice");
  await page.goto("/useraccount/contacts");
  await page.keyboard.press("Tab");
  assert.equal(await focused(visitor), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("/");
  await page.keyboard.type("example");
  await page.getByText("1 service on this page").first().waitFor();
  await page.getByRole("link", { name: "Change the contacts of example.net" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Handle of the admin contact of example.net").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(house.who.dave.handle);
  await page.keyboard.press("Enter");
  await page.getByText("is registered.").waitFor();
  await page.goto((await newestCode(visitor, "alice")).link);
  await page.getByLabel("Your code from the e-mail").focus();
  await page.keyboard.press("Enter");
  await page.getByText("You have accepted.").first().waitFor();
});

/** A house with something on every page. */
async function furnish(house: House): Promise<void> {
  await house.addService("xn--bcher-kva.example", { billing: "carol" }, { expiresOn: "2026-01-20" });
  await house.addService("old.example", {}, { expiresOn: "2025-12-20" });
  await house.ask("alice", { tech: "dave" });
  const [id = 0] = await house.ask("alice", { billing: "erin" });
  await refuseChange(house.context, house.who.erin, { id, code: await house.codeOf("erin", id) });
}

async function visitFurnished(t: Parameters<typeof visit>[0], options: VisitorOptions): Promise<Visitor> {
  const house = await openHouse(t);
  await furnish(house);
  await house.alter("alice", { language: options.language ?? "en" });
  const visitor = await visit(t, house, options);
  visitor.expectStatus(404, 422);
  return visitor;
}

/** Goes to every page and gathers what `look` finds there. */
async function walk(visitor: Visitor, look: (visitor: Visitor) => Promise<string[]>): Promise<string[]> {
  const found: string[] = [];
  const visitAll = async (places: Place[]): Promise<void> => {
    for (const { name, path, ready } of places) {
      await visitor.page.goto(path);
      await visitor.page
        .getByRole("heading", visitor.language === "en" ? { name: ready } : {})
        .first()
        .waitFor();
      found.push(...(await look(visitor)).map((fault) => `${name}: ${fault}`));
    }
  };
  await visitAll(open);
  await signIn(visitor, "alice");
  await visitAll(own);
  return found;
}

async function faultsOf({ page }: Visitor): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => `${node.html} ${plain(node.failureSummary ?? "")}`).join(" | ")}`);
}

/** What is wider than the window, when the page can be scrolled sideways. */
async function tooWide({ page }: Visitor): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1);
    return [
      `${document.documentElement.scrollWidth} px of ${width}: ${wide
        .slice(-3)
        .map((one) => one.outerHTML.slice(0, 120))
        .join(" | ")}`,
    ];
  });
}

async function focused({ page }: Visitor): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent.trim() ?? "");
}
