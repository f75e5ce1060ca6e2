import { Lane } from "./lane.ts";
import type { Ledger } from "./ledger.ts";
import { type LoadOptions, Stage } from "./stage.ts";

export interface Load {
  readonly ledger: Ledger;
  /** Ends what each lane has begun, then rests. A call that gets no answer within `patience` ms (30 s) stays without one. */
  stop(patience?: number): Promise<void>;
}

/** People that ask for other contacts, accept, refuse, cancel, send codes again and err, until they are told to stop. */
export function startLoad(options: LoadOptions): Load {
  const stage = new Stage(options);
  const lanes = Array.from({ length: options.lanes }, (_, n) =>
    new Lane(stage, n, options.lanes)
      .run()
      .catch((error: unknown) => void stage.ledger.faults.push(`a lane broke off: ${error instanceof Error ? error.stack : String(error)}`)),
  );
  return {
    ledger: stage.ledger,
    stop: async (patience = 30_000) => {
      stage.stopping = true;
      const giveUp = setTimeout(() => (stage.givenUp = true), patience);
      await Promise.all(lanes);
      clearTimeout(giveUp);
    },
  };
}
