/** The lines of a stream, however they are cut into pieces. */
import type { Readable } from "node:stream";

/** Resolves when the stream has ended; in words why it broke, also if `onLine` throws. */
export async function readLines(
  stream: Readable,
  onLine: (line: string) => void,
): Promise<string | undefined> {
  let pending: Buffer[] = [];
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
        const rest = piece.subarray(from, end);
        const line = pending.length > 0 ? Buffer.concat([...pending, rest]) : rest;
        [pending, from] = [[], end + 1];
        if (line.length > 0) onLine(line.toString("utf8"));
      }
      // A copy: the piece may be a view of a much larger buffer.
      if (from < piece.length) pending.push(Buffer.from(piece.subarray(from)));
    }
    return undefined;
  } catch (error) {
    return `the stream broke: ${(error as Error).message}`;
  }
}
