import type TS from "typescript";
import { LIMITS } from "./limits.js";
import { ts } from "./typescript.js";

/** The syntax tree of a file; undefined if it nests deeper than the compiler, which recurses, can follow. */
export function parseSource(path: string, text: string): TS.SourceFile | undefined {
  try {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    return depth(source) > LIMITS.nesting ? undefined : source;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Without recursion: the tree may be deeper than the stack. */
function depth(source: TS.Node): number {
  let deepest = 0;
  const open: { readonly node: TS.Node; readonly depth: number }[] = [{ node: source, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    deepest = Math.max(deepest, depth);
    ts.forEachChild(node, (child) => void open.push({ node: child, depth: depth + 1 }));
  }
  return deepest;
}
