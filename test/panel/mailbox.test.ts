import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { openLobby } from "../support/panel-visitor.ts";

describe("/mailbox", async () => {
  const lobby = await openLobby();
  const served = await openLobby({ mode: "serve", baseUrl: "https://panel.example.com", smtpUrl: "smtp://mail.example.com" });
  after(async () => {
    await lobby.close();
    await served.close();
  });
  await lobby.ask("alice", { tech: "dave" });

  test("gives the letters as JSON, newest first, for one address", async () => {
    const answer = await lobby.visitor().get("/mailbox?to=DAVE@example.com", { Accept: "application/json" });
    const letters = JSON.parse(answer.text) as Record<string, string>[];
    assert.equal(letters.length, 1);
    assert.deepEqual(Object.keys(letters[0] ?? {}).toSorted(), ["date", "html", "id", "subject", "text", "to"]);
    assert.match(letters[0]?.text ?? "", /contacts\/([0-9]+)\?.+token=(.+)/);
  });

  test("shows a letter in a frame that can run nothing", async () => {
    const visitor = lobby.visitor();
    const list = (await visitor.get("/mailbox")).text;
    const path = /href="(\/mailbox\/[0-9a-f]+)"/.exec(list)?.[1] ?? "";
    assert.match((await visitor.get(path)).text, /<iframe[^>]* sandbox="allow-top-navigation-by-user-activation allow-popups"/);
    const letter = await visitor.get(`${path}/html`);
    assert.match(letter.headers.get("Content-Security-Policy") ?? "", /default-src 'none'.*sandbox/);
  });

  test("opens a letter however many came after it", async () => {
    const [first] = await lobby.mails("dave");
    await lobby.store.write(async (tx) => {
      const row = await tx.db
        .selectFrom("outbox")
        .selectAll()
        .where("id", "=", first?.id ?? "")
        .executeTakeFirstOrThrow();
      const later = Array.from({ length: 100 }, (_, i) => ({ ...row, id: `f${i}`, sealed: null, created_at: row.created_at + 1 }));
      await tx.db.insertInto("outbox").values(later).execute();
    });
    assert.equal((await lobby.visitor().get(`/mailbox/${first?.id}`)).status, 200);
  });

  for (const [what, visitor] of [
    ["a client elsewhere", () => lobby.visitor({ socketAddress: "192.0.2.7" })],
    ["an unknown client", () => lobby.visitor({ socketAddress: "" })],
    ["a host name that is not this machine's", () => lobby.visitor({ headers: { Host: "evil.example" } })],
    ["production", () => served.visitor({ headers: { Host: "127.0.0.1" } })],
  ] as const)
    test(`does not exist for ${what}`, async () => {
      for (const path of ["/mailbox", "/mailbox/abc", "/mailbox/abc/html"]) assert.equal((await visitor().get(path)).status, 404);
    });

  test("is spoken of on pages only where it exists", async () => {
    assert.match((await lobby.visitor().get("/sign-in")).text, /No mail server is set up/);
  });
});
