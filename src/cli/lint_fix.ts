/** `polc lint --fix`: changed texts, written to their files or shown. */
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { createTwoFilesPatch } from "diff";
import { printable } from "../source/printable.js";

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** @param contents the texts by absolute path, without byte order marks; a file that has one keeps it */
export function writeFixed(contents: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of contents) {
    const hasBom = readFileSync(path).subarray(0, 3).equals(BOM);
    writeFileSync(path, hasBom ? Buffer.concat([BOM, bytes]) : bytes);
  }
}

/** What would be written, as a unified diff. */
export function fixedPatch(contents: ReadonlyMap<string, Buffer>, cwd: string): string {
  return [...contents]
    .map(([path, bytes]) => {
      const name = relative(cwd, path);
      const before = readFileSync(path, "utf8").replace(/^\ufeff/, "");
      const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, bytes.toString("utf8"), "", "");
      return patch.split("\n").slice(1).map(shown).join("\n");
    })
    .join("");
}

/** Tabs and the end of a CRLF line are the file's own. */
function shown(line: string): string {
  return line
    .split("\t")
    .map(printable)
    .join("\t")
    .replace(/\\u\{d\}$/, "");
}
