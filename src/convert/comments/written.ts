/** Comments as they are written, and which of them go along into another file. */
import { printable } from "../../source/printable.js";
import type { SourceFile } from "../../source/source_file.js";

export interface WrittenComment {
  /** Without its marker. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Nothing stands before it in its line. */
  readonly ownLine: boolean;
}

/** What tools read in comments, which would take effect in another file too. */
const DIRECTIVE =
  /^(?:@ts-|\/ *<|polc-|eslint|prettier|biome|tslint|jshint|global |yaml-language-server|yamllint|checkov:|kics-)/i;

export function isDirective({ text }: WrittenComment): boolean {
  return DIRECTIVE.test(text);
}

/** Rulings and empty lines say nothing, and where a file was converted from is said anew. */
export function saysSomething({ text }: WrittenComment): boolean {
  return /[\p{L}\p{N}]/u.test(text) && !/^From \S.*:[0-9]+$/.test(text);
}

export function linesOf(comments: readonly WrittenComment[]): readonly string[] {
  return comments
    .filter((comment) => saysSomething(comment) && !isDirective(comment))
    .map(({ text }) => printable(text));
}

/** The comments right above a place, each on a line of its own; an empty line ends them. */
export function rightAbove(
  comments: readonly WrittenComment[],
  source: SourceFile,
  offset: number,
): readonly WrittenComment[] {
  const byLine = new Map(comments.map((each) => [source.position(each.start).line, each]));
  const found: WrittenComment[] = [];
  for (let line = source.position(offset).line - 1; byLine.get(line)?.ownLine; line--)
    found.unshift(byLine.get(line)!);
  return found;
}
