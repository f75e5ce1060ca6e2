import { test } from "node:test";
import fc from "fast-check";
import { createWorld } from "../../../support/world.ts";
import { playSequence } from "./play-sequence.ts";
import { step } from "./steps.ts";

/*
 * No sequence of commands moves a role without the consent of every approver: random sequences on the system and on a
 * reference model, compared after every step. A failing seed is printed and replayed by fast-check; `npm run faults model` plays a million steps.
 */
test("the system does what the reference model does, step by step", { timeout: 600_000 }, async () => {
  const world = await createWorld();
  let sequence = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => playSequence(world, sequence++, steps)),
      { numRuns: 250 },
    );
  } finally {
    await world.close();
  }
});
