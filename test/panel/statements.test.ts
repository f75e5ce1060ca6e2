import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSession } from "../../src/actions/accounts/open-session.ts";
import { createPanel } from "../../src/panel/panel.ts";
import { createStage, type Stage } from "../support/cast.ts";
import { countStatements } from "../support/count-statements.ts";
import { eachStore } from "../support/each-store.ts";
import { givePassword, makeKey } from "../support/key-holder.ts";

/** The first is always the session's, which is read at each page so that signing out counts at once. */
const pages: readonly { path: (stage: Stage) => string; statements: number; rows?: RegExp }[] = [
  { path: () => "/useraccount/contacts", statements: 6, rows: /<tr id="service-/g },
  { path: () => "/useraccount/contacts?sort=renewal&role=admin", statements: 6, rows: /<tr id="service-/g },
  { path: (stage) => `/useraccount/contacts?edit=${stage.serviceId}`, statements: 6 },
  { path: () => "/useraccount/contacts?tab=REQUESTS", statements: 7, rows: /href="\/useraccount\/contacts\/\d+"/g },
  { path: () => "/useraccount/contacts/1", statements: 4 },
  { path: (stage) => `/useraccount/services/${stage.serviceId}`, statements: 9 },
  { path: () => "/useraccount/invoices", statements: 2, rows: /alice-2027/g },
  { path: () => "/useraccount/keys", statements: 4, rows: /\?revoke=\d+/g },
  { path: () => "/useraccount/mails", statements: 2, rows: /href="\/useraccount\/mails\/\d+"/g },
  { path: () => "/useraccount/profile", statements: 1 },
];

eachStore("how often a page asks the database", (openStore) => {
  let stage: Stage;
  let look: (path: string) => Promise<{ statements: number; text: string }>;
  before(async () => {
    stage = await createStage({}, openStore);
    await givePassword(stage, "alice");
    const session = await stage.store.write((tx) => openSession(stage.context, tx, stage.who.alice.id));
    const counted = countStatements(stage.context);
    const panel = createPanel(counted.context, { socketAddress: () => "127.0.0.1", calls: [] });
    const { baseUrl } = stage.settings;
    look = async (path) => {
      const was = counted.count();
      const answer = await panel.request(baseUrl + path, { headers: { Host: new URL(baseUrl).host, Cookie: `__Host-session=${session}` } });
      assert.equal(answer.status, 200, path);
      return { statements: counted.count() - was, text: await answer.text() };
    };
    await stage.ask("alice", { tech: "dave" });
    await stage.owes("alice", "2027-01-01");
    await makeKey(stage, "alice");
  });
  after(() => stage.close());

  const lookAtAll = async (): Promise<{ path: string; statements: number; rows: number }[]> => {
    const seen = [];
    for (const { path, rows } of pages) {
      const { statements, text } = await look(path(stage));
      seen.push({ path: path(stage), statements, rows: rows ? (text.match(rows)?.length ?? 0) : 0 });
    }
    return seen;
  };

  test("is the same however much it shows", async () => {
    const few = await lookAtAll();
    assert.deepEqual(
      few.map(({ path, statements }) => `${path} ${statements}`),
      pages.map(({ path, statements }) => `${path(stage)} ${statements}`),
    );
    for (let n = 0; n < 50; n++) {
      await stage.ask("alice", { tech: n % 2 ? "dave" : "erin" }, await stage.addService(`n${n}.example`, { tech: "bob", billing: "carol" }));
      await stage.owes("alice", `2027-0${1 + (n % 9)}-${10 + Math.floor(n / 9)}`);
    }
    await makeKey(stage, "alice");
    const many = await lookAtAll();
    assert.deepEqual(
      many.map(({ statements }) => statements),
      few.map(({ statements }) => statements),
    );
    for (const [at, { path, rows }] of many.entries()) if (pages[at]?.rows) assert.ok(rows > (few[at]?.rows ?? 0), `${path} shows no more than before`);
  });
});
