import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import pg from "pg";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { StatementCache } from "../../../src/storage/statement-cache.ts";
import { createStage, type Stage } from "../../support/cast.ts";
import { usualEngine } from "../../support/each-store.ts";

/*
 * What asking and accepting cost is counted, not timed: statements on SQLite, which runs within the node; on PostgreSQL the round trips, since
 * these are what a database in the next house is waited for. BEGIN and COMMIT are counted too.
 */
const bounds = { sqlite: { ask: 12, accept: 9, acceptLast: 19, askForThree: 17 }, postgres: { ask: 4, accept: 4, acceptLast: 4, askForThree: 6 } }[usualEngine];

let stage: Stage;
let counted = 0;

/** Calls `before` before each call of a method, until the function that this gives is called. */
function watch<T extends object>(prototype: T, name: keyof T, before: () => void): () => void {
  const real = prototype[name] as (...given: unknown[]) => unknown;
  const watched = function (this: unknown, ...given: unknown[]): unknown {
    before();
    return real.apply(this, given);
  };
  Object.assign(prototype, { [name]: watched });
  return () => Object.assign(prototype, { [name]: real });
}

const count = (): void => {
  counted += 1;
};
const watchEngine = (): (() => void) => (usualEngine === "sqlite" ? watch(StatementCache.prototype, "run", count) : watch(pg.Client.prototype, "query", count));

let stop: () => void;

beforeEach(async () => {
  stage = await createStage();
  stop = watchEngine();
});
afterEach(async () => {
  stop();
  await stage.close();
});

async function costOf(work: () => Promise<unknown>): Promise<number> {
  counted = 0;
  await work();
  return counted;
}

/** The connections of the pool have been opened and set up. */
const warmUp = (): Promise<unknown> => stage.store.write(async () => {});

const accept = (name: "alice" | "dave", id: number, code: string) => () => acceptChange(stage.context, stage.who[name], { id, code });

test("asking for a change and accepting it cost a known number of statements or round trips", async () => {
  await warmUp();
  let ids: number[] = [];
  const asking = await costOf(async () => {
    ids = await stage.ask("alice", { tech: "dave" });
  });
  const [id] = ids as [number];
  const [hers, his] = [await stage.codeOf("alice", id), await stage.codeOf("dave", id)];
  const accepting = await costOf(accept("alice", id, hers));
  const acceptingLast = await costOf(accept("dave", id, his));
  assert.deepEqual({ asking, accepting, acceptingLast }, { asking: bounds.ask, accepting: bounds.accept, acceptingLast: bounds.acceptLast });
  assert.equal((await stage.contacts()).tech, "dave");
});

test("asking for three roles of three contacts at once costs little more", async () => {
  await warmUp();
  assert.equal(await costOf(() => stage.ask("alice", { admin: "dave", tech: "erin", billing: "dave" })), bounds.askForThree);
});
