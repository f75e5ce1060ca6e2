import fc from "fast-check";
import { type Name, names } from "../../../support/cast.ts";
import { week } from "./reference-model.ts";

const name = fc.constantFrom<Name>(...names);
const service = fc.constantFrom(0, 1);
const wanted = fc.record({ admin: name, tech: name, billing: name }, { requiredKeys: [] });

/** One thing that somebody does. `pick`: which of the requests that there are; `service`: which of the two. */
export const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ do: fc.constant("ask" as const), who: name, service, wanted }) },
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      pick: fc.nat(),
      who: fc.oneof({ weight: 3, arbitrary: fc.constantFrom("asker" as const, "newcomer" as const) }, name),
      code: fc.oneof({ weight: 5, arbitrary: fc.constant("mine" as const) }, fc.constantFrom("older" as const, "other" as const, "wrong" as const)),
      word: fc.constantFrom("accepted" as const, "accepted" as const, "accepted" as const, "refused" as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("resend" as const), pick: fc.nat(), who: name, to: fc.constantFrom("me" as const, "newcomer" as const) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("cancel" as const), pick: fc.nat(), who: name }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1000, 60_000, 3_600_000, week / 2, week) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("expire" as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("debt" as const), who: name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reset" as const), who: name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("account" as const), deed: fc.constantFrom("suspend" as const, "close" as const), who: name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("account" as const), deed: fc.constant("resume" as const), who: name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("lock" as const), service, locked: fc.constantFrom(true, false, false) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("import" as const), service, wanted }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), service: fc.constantFrom(1, 1, 1, 0) }) },
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;
