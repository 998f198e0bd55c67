import type { Edit, Fix } from "../../source/edit.js";

export interface Applied {
  readonly text: string;
  /** The edits that were applied. One that overlaps an earlier edit waits for the next round. */
  readonly made: readonly Fix[];
}

/** The text of one file after all fixes that do not overlap. All edits must belong to this file. */
export function applyFixes(text: string, fixes: readonly Fix[]): Applied {
  const made: Fix[] = [];
  const taken: Edit[] = [];
  for (const fix of [...fixes].sort((a, b) => startOf(a) - startOf(b))) {
    if (fix.edits.some((edit) => taken.some((other) => overlap(edit, other)))) continue;
    taken.push(...fix.edits);
    made.push(fix);
  }
  const ordered = [...taken].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end);
  let result = text;
  for (const { span, text: replacement } of ordered)
    result = result.slice(0, span.start) + replacement + result.slice(span.end);
  return { text: result, made };
}

function startOf({ edits }: Fix): number {
  return Math.min(...edits.map(({ span }) => span.start));
}

function overlap(a: Edit, b: Edit): boolean {
  if (a.span.start === b.span.start) return true;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}
