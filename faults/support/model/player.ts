import { compare } from "../../../test/actions/changes/model/compare.ts";
import { play } from "../../../test/actions/changes/model/play.ts";
import { openScene } from "../../../test/actions/changes/model/scene.ts";
import type { Step } from "../../../test/actions/changes/model/steps.ts";
import type { World } from "../../../test/support/world.ts";

/** Plays sequences one after the other in one world, and makes those that fail short. */
export class Player {
  steps = 0;
  sequences = 0;
  readonly #world: World;
  #scenes = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** What did not hold, with the fewest steps that show it; undefined: all held. */
  async play(steps: readonly Step[]): Promise<string | undefined> {
    const fault = await this.#run(steps);
    this.sequences++;
    this.steps += fault ? fault.steps.length : steps.length;
    if (!fault) return undefined;
    const least = await this.#shorten(fault);
    return `${least.told}, after ${JSON.stringify(least.steps)}`;
  }

  /** Leaves out one step after the other for as long as it still fails. */
  async #shorten(fault: Fault): Promise<Fault> {
    let least = fault;
    for (let i = least.steps.length - 1; i >= 0; i--) {
      least = (await this.#run(least.steps.toSpliced(i, 1))) ?? least;
      i = Math.min(i, least.steps.length);
    }
    return least;
  }

  async #run(steps: readonly Step[]): Promise<Fault | undefined> {
    const scene = await openScene(this.#world, this.#scenes++);
    for (const [i, step] of steps.entries()) {
      try {
        await play(scene, step);
        await compare(scene);
      } catch (error) {
        return { steps: steps.slice(0, i + 1), told: error instanceof Error ? error.message : String(error) };
      }
    }
    return undefined;
  }
}

/** `steps`: up to the one that failed. */
type Fault = { steps: Step[]; told: string };
