import assert from "node:assert/strict";
import { after, type TestContext } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Language } from "../../src/domain/languages.ts";
import { translator } from "../../src/i18n/catalogue.ts";
import { findChromium } from "./find-chromium.ts";
import type { House } from "./house.ts";

/** Somebody before a browser of his own: cookies, language, size. */
export interface Visitor {
  readonly house: House;
  readonly page: Page;
  readonly language: Language;
  readonly javaScript: boolean;
  /** The texts of the pages, in the visitor's language. */
  readonly t: ReturnType<typeof translator>["t"];
  /** Answers that this story is about; every other answer from 400 on fails the test. */
  expectStatus(...statuses: number[]): void;
  /** Fails when the pages have complained so far. Done at the end of each test by itself. */
  assertNoComplaints(): void;
}

export type VisitorOptions = {
  javaScript?: boolean;
  language?: Language;
  colorScheme?: "light" | "dark";
  viewport?: { width: number; height: number };
};

const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Chromium refuses to sandbox root, which is what continuous integration often is.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

let browser: Promise<Browser> | undefined;

/** One browser for a test file, started by the first story; it is closed, and its profile removed, after the last. */
function theBrowser(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: findChromium() ?? "chromium", args: flags });
  return browser;
}

after(async () => {
  await (await browser)?.close();
});

/** Opens the house for a visitor. A console error, a fault of a script, a failed request or a breach of the content policy fails the test. */
export async function visit(test: TestContext, house: House, options: VisitorOptions = {}): Promise<Visitor> {
  const { language = "en", javaScript = true } = options;
  const context = await (await theBrowser()).newContext(contextOptions(house, options, language));
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const expected = new Set<number>();
  const complaints = collectComplaints(page, house, expected);
  const assertNoComplaints = (): void => assert.deepEqual(complaints, [], `the pages complained, at last at ${page.url()}`);
  test.after(async () => {
    await context.close();
    assertNoComplaints();
  });
  return {
    house,
    page,
    language,
    javaScript,
    t: translator(language).t,
    expectStatus: (...statuses) => statuses.forEach((one) => expected.add(one)),
    assertNoComplaints,
  };
}

function contextOptions(house: House, options: VisitorOptions, language: Language): BrowserContextOptions {
  return {
    baseURL: house.baseUrl,
    javaScriptEnabled: options.javaScript ?? true,
    locale: language,
    colorScheme: options.colorScheme ?? "light",
    viewport: options.viewport ?? { width: 1280, height: 900 },
    reducedMotion: "reduce",
  };
}

function collectComplaints(page: Page, house: House, expected: ReadonlySet<number>): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    // Chromium's own line about an answer from 400 on; the answer itself is judged below.
    const aboutStatus = message.text().startsWith("Failed to load resource: the server responded with a status of");
    if (["error", "warning"].includes(message.type()) && !aboutStatus) complaints.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A page that is left gives up what it was loading.
    if (why !== "net::ERR_ABORTED") complaints.push(`request: ${request.url()} ${why}`);
  });
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(`${house.baseUrl}/`)) complaints.push(`third party: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && !expected.has(response.status())) complaints.push(`answer: ${response.status()} ${response.url()}`);
  });
  return complaints;
}
