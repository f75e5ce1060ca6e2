import type { Zeros } from "../part.ts";

/** How many of a kind are told in words; all are counted. */
const told = 10;

/** Counts what did not hold and says it. */
export class Verdict {
  readonly zeros: Zeros = { writesLost: 0, movedWithoutConsent: 0, codesUsedTwice: 0, mailsLost: 0, mailsMadeUp: 0 };
  readonly faults: string[] = [];
  readonly #kinds = new Map<string, number>();

  /** One more of a zero that is none. */
  count(zero: keyof Zeros, text: string): void {
    this.zeros[zero]++;
    this.#tell(zero, text);
  }

  /** Something else that must not be. */
  fault(text: string): void {
    this.#tell("", text);
  }

  #tell(kind: string, text: string): void {
    const before = this.#kinds.get(kind) ?? 0;
    this.#kinds.set(kind, before + 1);
    if (before < told) this.faults.push(text);
    else if (before === told) this.faults.push(`… and more of this kind`);
  }
}
