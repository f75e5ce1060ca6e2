import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";

/** What is told while a file is read: how many bytes more, and lines that are not UTF-8. */
export type Reading = { bytes(count: number): void; notUtf8(line: number): void };

/** The bytes of a file in pieces that end with a line, so that no character is cut; lines end with LF, whatever the file has. */
export async function* readBytes(file: string, reading: Reading): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  let line = 1;
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    reading.bytes(chunk.length);
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(newline) + 1;
    rest = bytes.subarray(end);
    if (rest.length > longestLine) throw new Error(`line ${line} is longer than ${longestLine / 1024 / 1024} MB: is this a file of lines?`);
    if (end === 0) continue;
    const piece = bytes.subarray(0, end);
    line = checkPiece(piece, line, reading);
    yield withoutCr(piece);
  }
  if (rest.length === 0) return;
  checkPiece(rest, line, reading);
  yield withoutCr(rest);
}

const newline = 0x0a;
const longestLine = 4 * 1024 * 1024;

function withoutCr(piece: Buffer): Buffer {
  return piece.includes("\r\n") ? Buffer.from(piece.toString("latin1").replaceAll("\r\n", "\n"), "latin1") : piece;
}

/** Gives the number of the line after the piece. */
function checkPiece(piece: Buffer, first: number, reading: Reading): number {
  const whole = isUtf8(piece);
  let line = first;
  for (let start = 0; start < piece.length; line++) {
    const found = piece.indexOf(newline, start);
    const end = found < 0 ? piece.length : found + 1;
    if (!whole && !isUtf8(piece.subarray(start, end))) reading.notUtf8(line);
    start = end;
  }
  return line;
}
