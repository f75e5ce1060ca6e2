import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSecret, WrongSecret } from "../../src/actions/check-secret.ts";
import { type Secrets, secretsFrom } from "../../src/auth/secrets.ts";
import { createWorld } from "../support/world.ts";

const [older, newer] = ["the secret that was there from the beginning", "the secret that shall take its place soon"];

/** Whether what one node makes is good at the other. */
function understands(reader: Secrets, maker: Secrets): boolean {
  const found = reader.hashes("session", "it").includes(maker.hash("session", "it"));
  return found && reader.matches("code", "it", maker.hash("code", "it")) && reader.open("letter", maker.seal("letter", "it", "1"), "1") === "it";
}

/** Starts one node after the other with each of these lists; gives the lists on which some two nodes did not understand each other. */
async function rollOut(...rounds: string[][]): Promise<string[][]> {
  const world = await createWorld();
  const start = async (list: string[]): Promise<Secrets> => {
    const secrets = secretsFrom(list);
    await checkSecret({ ...world.context, secrets });
    return secrets;
  };
  try {
    const nodes = [await start([older]), await start([older]), await start([older])];
    const strangers = new Set<string[]>();
    for (const list of rounds) {
      for (const i of nodes.keys()) {
        nodes[i] = await start(list);
        if (nodes.some((reader) => nodes.some((maker) => !understands(reader, maker)))) strangers.add(list);
      }
    }
    return [...strangers];
  } finally {
    await world.close();
  }
}

test("a secret is replaced node by node, and at every moment each node reads what another has made", async () => {
  assert.deepEqual(await rollOut([older, newer], [newer, older], [newer]), []);
});

test("without the first round they would not, and without both the new one is refused", async () => {
  assert.deepEqual(await rollOut([newer, older], [newer]), [[newer, older]]);
  await assert.rejects(rollOut([newer]), WrongSecret);
});

test("a node that is started late in the round before does no harm", async () => {
  assert.deepEqual(await rollOut([older, newer], [newer, older], [older, newer], [newer, older], [newer]), []);
});
