/** Comments as written, and which of them conversions keep. */
import { printable } from "../../source/printable.js";
import type { SourceFile } from "../../source/source_file.js";

export interface WrittenComment {
  /** Without its marker. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** It is alone on its line. */
  readonly ownLine: boolean;
}

/** Comments that tools obey, which would take effect in another file too. */
const DIRECTIVE =
  /^(?:@ts-|\/ *<|polc-|eslint|prettier|biome|tslint|jshint|global |yaml-language-server|yamllint|checkov:|kics-)/i;

export function isDirective({ text }: WrittenComment): boolean {
  return DIRECTIVE.test(text);
}

/** Rulings and empty lines are dropped, as are origins of an earlier conversion, which are written again. */
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
