/** A round during which the machine changed by more than this share is disturbed. */
export const mostSwing = 0.2;

/**
 * Takes rounds until so many were calm, but fewer than twice as many, or until there is none left to take; gives those that count: the calmest. `swing`: by
 * which share the machine itself changed from before to after.
 */
export async function calmRounds<R extends { swing: number }>(wanted: number, take: () => Promise<R | undefined>): Promise<{ counted: R[]; again: number }> {
  const taken: R[] = [];
  while (taken.length < 2 * wanted - 1 && taken.filter(({ swing }) => swing <= mostSwing).length < wanted) {
    const round = await take();
    if (!round) break;
    taken.push(round);
  }
  const counted = taken.toSorted((one, other) => one.swing - other.swing).slice(0, wanted);
  return { counted, again: taken.length - counted.length };
}
