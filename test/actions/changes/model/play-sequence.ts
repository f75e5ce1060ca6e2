import type { World } from "../../../support/world.ts";
import { compare } from "./compare.ts";
import { play } from "./play.ts";
import { openScene } from "./scene.ts";
import type { Step } from "./steps.ts";

/** Plays a sequence on the system and on the model, and compares them after each step. `number`: of the sequence in this world. */
export async function playSequence(world: World, number: number, steps: readonly Step[]): Promise<void> {
  const scene = await openScene(world, number);
  for (const step of steps) {
    await play(scene, step);
    await compare(scene);
  }
}
