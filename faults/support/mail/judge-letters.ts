import type { Taken } from "./moody-mail-server.ts";

export type Judged = {
  lost: string[];
  madeUp: string[] /** Letters that came twice although the server's first word for them had been noted. */;
  doubled: string[];
  repeated: number;
};

/** Each letter written must have been taken, nothing else may have been, and twice only what `mayRepeat` allows of the time before the last. */
export function judgeLetters(written: readonly string[], taken: readonly Taken[], mayRepeat: (letter: Taken) => boolean): Judged {
  const known = new Set(written);
  const times = Map.groupBy(taken, (letter) => letter.id);
  const again = [...times.values()].filter((letters) => letters.length > 1);
  return {
    lost: written.filter((id) => !times.has(id)),
    madeUp: [...times.keys()].filter((id) => !known.has(id)),
    doubled: again.filter((letters) => letters.slice(0, -1).some((letter) => !mayRepeat(letter))).map(([first]) => first?.id ?? ""),
    repeated: again.reduce((sum, letters) => sum + letters.length - 1, 0),
  };
}

/** The first few of each kind, a sentence each. */
export function faultsOf({ lost, madeUp, doubled }: Judged): string[] {
  return [
    ...lost.slice(0, 3).map((id) => `letter ${id} never came`),
    ...madeUp.slice(0, 3).map((id) => `letter ${id} came but was never written`),
    ...doubled.slice(0, 3).map((id) => `letter ${id} came again although its 250 had been noted`),
  ];
}
