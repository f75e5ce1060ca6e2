import assert from "node:assert/strict";
import type { Role } from "../../src/domain/role.ts";
import type { Visitor } from "../support/browser.ts";
import type { Name } from "../support/cast.ts";
import { password } from "../support/house.ts";

// What people do in the stories, by role and label, in the words of their language.

/** Signs in, from wherever the visitor stands when that is the sign-in page. */
export async function signIn(visitor: Visitor, name: Name, secret = password): Promise<void> {
  const { page, t, house } = visitor;
  if (!page.url().includes("/sign-in")) await page.goto("/sign-in");
  await settled(visitor);
  await page.getByLabel(t("panel:sign-in.login")).fill(house.who[name].handle.toUpperCase());
  await page.getByLabel(t("panel:password"), { exact: true }).fill(secret);
  await page
    .getByRole("main")
    .getByRole("button", { name: t("panel:sign-in.do") })
    .click();
  await page.getByRole("banner").getByRole("button", { name: house.who[name].handle }).waitFor();
}

/** Turbo moves the focus into the first field just after it has brought a form: what is filled in at that moment would land there. */
async function settled({ page, javaScript }: Visitor): Promise<void> {
  if (javaScript) await page.getByRole("main").locator("input:focus").waitFor();
}

/** Opens the row by its pencil, names other contacts, confirms, and sees the green box. */
export async function nameContacts(visitor: Visitor, service: string, contacts: Partial<Record<Role, Name>>): Promise<void> {
  const { page, t, house } = visitor;
  await page.goto("/useraccount/contacts");
  await page.getByRole("link", { name: t("panel:services.edit", { service }) }).click();
  await settled(visitor);
  for (const [role, name] of Object.entries(contacts)) await page.getByLabel(t(`panel:edit.field.${role}`, { service })).fill(house.who[name].handle);
  await page.getByRole("button", { name: t("panel:edit.confirm") }).click();
  await isTold(visitor, t("panel:edit.registered-text"));
}

/** Waits for the box at the top that tells what has just been done. */
export async function isTold({ page }: Visitor, text: RegExp | string): Promise<void> {
  await page.getByRole("main").getByRole("status").filter({ hasText: text }).waitFor();
}

export type Answer = { link: string; id: number; code: string };

/** The link that stands alone on its line in the newest letter with a code, read as published scripts do. */
export async function newestCode({ house }: Visitor, to: string): Promise<Answer> {
  for (const letter of await house.letters(to)) {
    const found = /^(https?:\/\/\S+contacts\/([0-9]+)\?.+token=(.+))$/m.exec(letter.text);
    if (found) return { link: found[1] ?? "", id: Number(found[2]), code: found[3] ?? "" };
  }
  return assert.fail(`no code for ${to}`);
}

/** Follows the mailed link and accepts with the code that it filled in. */
export async function acceptByLink(visitor: Visitor, { link, code }: Answer): Promise<void> {
  const { page, t } = visitor;
  await page.goto(link);
  assert.ok(!page.url().includes(code), "the code stays in no address");
  assert.equal(await page.getByLabel(t("panel:request.code")).inputValue(), code);
  await page.getByRole("button", { name: t("panel:request.accept") }).click();
}

/** Finds the request in "My requests", types the code and accepts. */
export async function acceptByTyping(visitor: Visitor, { id, code }: Answer): Promise<void> {
  const { page, t } = visitor;
  await page.goto("/useraccount/contacts");
  await page.getByRole("link", { name: t("panel:contacts.requests") }).click();
  await page.getByRole("link", { name: `#${id}` }).click();
  await page.getByLabel(t("panel:request.code")).fill(code);
  await page.getByRole("button", { name: t("panel:request.accept") }).click();
}

/** Who stands in the row of a service, as the table shows it. */
export async function rowOf({ page }: Visitor, service: string): Promise<string> {
  await page.goto("/useraccount/contacts");
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: service }) });
  return plain(await row.innerText());
}

export function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The first link in the newest letter to somebody, and its code. */
export async function newestLink({ house }: Visitor, to: string): Promise<{ link: string; code: string }> {
  const [letter] = await house.letters(to);
  const found = /^(https?:\/\/\S+[?&]token=(\S+))$/m.exec(letter?.text ?? "");
  return found ? { link: found[1] ?? "", code: found[2] ?? "" } : assert.fail(`no link in the letter to ${to}: ${letter?.text ?? "no letter"}`);
}
