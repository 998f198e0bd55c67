import { printable } from "../../source/printable.js";
import type { SourceFile } from "../../source/source_file.js";

/** What tools read in comments, which would take effect in another file too. */
const DIRECTIVE =
  /^(?:polc-|eslint|prettier|biome|tslint|jshint|global |yaml-language-server|checkov:|kics-)/i;

/**
 * The comment at the head of the YAML document that holds an offset, as lines of text: what stands right above its first
 * key. Lines that begin with anything but a letter or a digit are left out: rulings, `@ts-nocheck`, `/ <reference>`.
 */
export function commentAbove(source: SourceFile, offset: number): { head: number; lines: readonly string[] } {
  let head = source.position(offset).line;
  while (head > 1 && !/^(?:---|\.\.\.)(?:\s|$)/.test(source.line(head - 1))) head--;
  let lines: string[] = [];
  for (let number = head; number < source.position(offset).line; number++) {
    const line = source.line(number);
    if (line.trim() === "") lines = [];
    else if (line.startsWith("#")) lines.push(line.replace(/^#+/, "").trim());
    else break;
  }
  return {
    head,
    lines: lines.filter((line) => /^[\p{L}\p{N}]/u.test(line) && !DIRECTIVE.test(line)).map(printable),
  };
}
