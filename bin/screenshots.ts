// Takes the pictures of docs/screenshots: the story from the wish to the change, on the real program with its sample data.
// `node bin/screenshots.ts`: English as desktop and phone, light and dark; the languages of the guides, each in one of these.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Language } from "../src/domain/languages.ts";
import { translator } from "../src/i18n/catalogue.ts";
import { players, samplePassword } from "../src/sample/cast.ts";
import { findChromium } from "../test/support/find-chromium.ts";

const root = join(import.meta.dirname, "..");
const service = "vps-4f21.example.com";

type Look = { name: string; language: Language; viewport: { width: number; height: number }; colorScheme: "light" | "dark" };

const desktop = { width: 1280, height: 900 };
const phone = { width: 360, height: 780 };
const looks: Look[] = [
  { name: "desktop-light", language: "en", viewport: desktop, colorScheme: "light" },
  { name: "desktop-dark", language: "en", viewport: desktop, colorScheme: "dark" },
  { name: "phone-light", language: "en", viewport: phone, colorScheme: "light" },
  { name: "phone-dark", language: "en", viewport: phone, colorScheme: "dark" },
  { name: "nl", language: "nl", viewport: desktop, colorScheme: "light" },
  { name: "fi", language: "fi", viewport: phone, colorScheme: "dark" },
  { name: "pl", language: "pl", viewport: phone, colorScheme: "light" },
  { name: "es", language: "es", viewport: desktop, colorScheme: "dark" },
  { name: "cs", language: "cs", viewport: desktop, colorScheme: "light" },
];

const flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
const browser = await chromium.launch({ executablePath: findChromium() ?? "chromium", args: flags });
try {
  for (const look of looks) await withDemonstration((baseUrl) => tellStory(browser, baseUrl, look));
} finally {
  await browser.close();
}

async function tellStory(on: Browser, baseUrl: string, look: Look): Promise<void> {
  const folder = join(root, "docs/screenshots", look.name);
  await mkdir(folder, { recursive: true });
  const alice = await visitor(on, baseUrl, look);
  const { page } = alice;
  const shot = async (from: Page, name: string): Promise<void> => {
    await from.evaluate(() => document.fonts.ready);
    // Turbo puts the new page where it belongs a moment after it has come.
    await sleep(300);
    await from.screenshot({ path: join(folder, `${name}.png`) });
  };
  await page.goto("/sign-in");
  await shot(page, "1-sign-in");
  await signIn(page, look.language, players.alice.handle);
  await shot(page, "2-my-services");
  await page.getByRole("link", { name: alice.t("panel:services.edit", { service }) }).click();
  const field = page.getByLabel(alice.t("panel:edit.field.tech", { service }));
  await field.fill(players.dave.handle);
  await shot(page, "3-naming-somebody-else");
  await page.getByRole("button", { name: alice.t("panel:edit.confirm") }).click();
  await page
    .getByRole("status")
    .filter({ hasText: alice.t("panel:edit.registered-text") })
    .waitFor();
  await shot(page, "4-registered");
  await page.goto("/mailbox");
  await page.getByRole("main").getByRole("link").filter({ hasText: service }).first().click();
  await page.frameLocator("iframe").locator("body").waitFor();
  await shot(page, "5-the-letter");
  await page.goto(await linkFor(baseUrl, players.alice.email));
  await shot(page, "6-answering-by-the-link");
  await page.getByRole("button", { name: alice.t("panel:request.accept") }).click();
  await page.getByRole("main").getByRole("status").first().waitFor();
  await shot(page, "7-waiting-for-the-other");

  const dave = await visitor(on, baseUrl, look);
  const link = await linkFor(baseUrl, players.dave.email);
  await dave.page.goto(link);
  await signIn(dave.page, look.language, players.dave.handle);
  await dave.page.getByRole("button", { name: dave.t("panel:request.accept") }).click();
  await dave.page.getByRole("main").getByRole("status").first().waitFor();
  await shot(dave.page, "8-done");
  await page.goto(`/useraccount/contacts?q=${service}`);
  await shot(page, "9-the-new-contact");
  await alice.context.close();
  await dave.context.close();
}

async function visitor(
  on: Browser,
  baseURL: string,
  { language, ...look }: Look,
): Promise<{ context: BrowserContext; page: Page; t: ReturnType<typeof translator>["t"] }> {
  const context = await on.newContext({ baseURL, locale: language, viewport: look.viewport, colorScheme: look.colorScheme, reducedMotion: "reduce" });
  return { context, page: await context.newPage(), t: translator(language).t };
}

/** The sample's people have languages of their own; the pictures are in one. */
async function signIn(page: Page, language: Language, handle: string): Promise<void> {
  const { t } = translator(language);
  await page.locator("input[name=login]").fill(handle);
  await page.locator("input[name=password]").fill(samplePassword);
  await page
    .getByRole("main")
    .getByRole("button", { name: t("panel:sign-in.do") })
    .click();
  await page.getByRole("banner").getByRole("button", { name: handle }).waitFor();
  if (language === "en") return;
  const here = page.url();
  await page.request.post("/language", { form: { language, return: "/" }, headers: { Origin: new URL(here).origin } });
  await page.goto(here);
}

async function linkFor(baseUrl: string, to: string): Promise<string> {
  const answer = await fetch(`${baseUrl}/mailbox?to=${encodeURIComponent(to)}`, { headers: { Accept: "application/json" } });
  const letters = (await answer.json()) as { text: string }[];
  for (const { text } of letters) {
    const link = /^https?:\S+token=\S+$/m.exec(text);
    if (link) return link[0];
  }
  throw new Error(`no link for ${to}`);
}

async function withDemonstration(tell: (baseUrl: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "handover-pictures-"));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const environment = { ...process.env, PORT: String(port), HANDOVER_BASE_URL: baseUrl, HANDOVER_DATA: folder };
  const server = spawn(process.execPath, ["src/start.js", "demo"], { cwd: root, env: environment, stdio: ["ignore", "ignore", "inherit"] });
  try {
    await answers(server, baseUrl);
    await tell(baseUrl);
  } finally {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true });
  }
}

async function answers(server: ChildProcess, baseUrl: string): Promise<void> {
  while (server.exitCode === null) {
    const answer = await fetch(`${baseUrl}/sign-in`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error("the demonstration did not start");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
