/** The stack of an internal error, with the places of the sources rather than those of the bundle. */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";

const BUNDLED = /(?:file:\/\/)?[^\s()]*program\.cjs:(\d+):(\d+)/g;

export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  const map = readMap();
  return map ? stack.replace(BUNDLED, (place, line, column) => placeIn(map, place, line, column)) : stack;
}

function placeIn(map: SourceMap, place: string, line: string, column: string): string {
  const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!("originalSource" in entry)) return place;
  return `${entry.originalSource.replace(/^(?:\.\.\/)+/, "")}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

/** Undefined where polc runs unbundled, as in its tests. */
function readMap(): SourceMap | undefined {
  try {
    const file = join(import.meta.dirname, "../../bundle/program.cjs.map");
    return new SourceMap(
      JSON.parse(readFileSync(file, "utf8")) as ConstructorParameters<typeof SourceMap>[0],
    );
  } catch {
    return undefined;
  }
}
