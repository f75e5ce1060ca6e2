import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { languages } from "../../src/domain/languages.ts";
import { listMailbox } from "../../src/outbox/list-mailbox.ts";
import { openSwitchboard, type Switchboard } from "../support/api-caller.ts";
import { minutes } from "../support/clock.ts";

/** What scripts that people have published look for in the text of a mail: the request, and the code at the end of the line. */
const idAndToken = /contacts\/([0-9]+)\?.+token=(.+)/;

describe("the mails that bring a code are read by published scripts", () => {
  for (const language of languages) {
    test(`in ${language}: the first mail and one that was sent again, by the expression and by the link's last token`, async () => {
      const board = await openSwitchboard();
      try {
        await board.alter("dave", { language });
        const [id] = (await board.ask("alice", { tech: "dave" })) as [number];
        const dave = await board.as("dave");
        await isRead(board, id);
        board.clock.advance(minutes(10));
        await dave.post(`/me/task/contactChange/${id}/resendEmail`);
        const token = await isRead(board, id);
        assert.equal((await dave.post(`/me/task/contactChange/${id}/accept`, { token })).status, 200);
      } finally {
        await board.close();
      }
    });
  }
});

/** Both ways lead to the code that the newest letter to dave carries. */
async function isRead(board: Switchboard, id: number): Promise<string> {
  const [mail] = await listMailbox(board.context, { to: "dave@example.com" });
  const { text, html } = mail ?? assert.fail("no mail");
  const code = await board.codeOf("dave", id);
  assert.deepEqual(idAndToken.exec(text)?.slice(1), [String(id), code]);
  for (const link of [/https?:\S+contacts\/\S+/.exec(text)?.[0], /href="([^"]+contacts\/[^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&")]) {
    assert.ok(link);
    assert.equal(link.split("token=").at(-1), code);
    assert.equal(new URL(link).searchParams.getAll("token").at(-1), code);
  }
  return code;
}
