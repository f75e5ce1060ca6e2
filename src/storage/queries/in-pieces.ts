/** Lengths of pieces, each of which a prepared query knows as a text of its own; SQLite takes 32,766 values in a statement. */
const lengths = [1024, 256, 64, 16];

/** Writes rows in pieces of a few different lengths, one after another, and gives what each answered. Fewer rows than 16 are one piece. */
export async function inPieces<Row, Answer>(rows: readonly Row[], write: (piece: readonly Row[]) => Promise<readonly Answer[]>): Promise<Answer[]> {
  const pieces: Promise<readonly Answer[]>[] = [];
  for (let at = 0; at < rows.length; ) {
    const length = lengths.find((one) => one <= rows.length - at) ?? rows.length - at;
    pieces.push(write(rows.slice(at, at + length)));
    at += length;
  }
  return (await Promise.all(pieces)).flat();
}
