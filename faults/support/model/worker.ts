// A process of the part `model`: node faults/support/model/worker.ts '{"seed":7,"steps":50000,"ms":40000}'
// plays random sequences until it has made so many steps, or that time is over; tells of each world on a line of JSON. TEST_ENGINE says on which engine.
import fc from "fast-check";
import { step } from "../../../test/actions/changes/model/steps.ts";
import { createWorld } from "../../../test/support/world.ts";
import type { Played, Task } from "./play-model.ts";
import { Player } from "./player.ts";

/** In a world of its own, so that databases stay small. */
const sequencesInAWorld = 100;
const sequence = fc.array(step, { minLength: 1, maxLength: 180, size: "max" });

const task = JSON.parse(process.argv[2] ?? "") as Task;
const until = performance.now() + task.ms;
for (let world = 0, made = 0; made < task.steps && performance.now() < until; world++) {
  const played = await playInAWorld(task.seed + world, task.steps - made);
  made += played.steps;
  process.stdout.write(`${JSON.stringify(played)}\n`);
  if (played.fault !== undefined) break;
}

/** The same seed plays the same sequences, whatever was played before; `atMost`: steps, the last sequence is played to its end. */
async function playInAWorld(seed: number, atMost: number): Promise<Played> {
  const world = await createWorld();
  const player = new Player(world);
  try {
    for (const steps of fc.sample(sequence, { seed, numRuns: sequencesInAWorld })) {
      if (player.steps >= atMost || performance.now() > until) break;
      const fault = await player.play(steps);
      if (fault !== undefined) return { seed, steps: player.steps, sequences: player.sequences, fault };
    }
    return { seed, steps: player.steps, sequences: player.sequences };
  } finally {
    await world.close();
  }
}
