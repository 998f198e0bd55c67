/**
 * Path patterns: `*` and `?` within a segment, `**` for any number of segments, `{a,b}` for alternatives. Libraries turn
 * patterns into regular expressions, which never end for a hostile one (`*a` a dozen times), so polc has its own.
 */

export interface Glob {
  /** @param path relative, with `/` */
  matches(path: string): boolean;
}

const MAX_LENGTH = 1000;
/** The most patterns that braces may expand to. */
const MAX_ALTERNATIVES = 256;

export function hasWildcards(path: string): boolean {
  return /[*?{]/.test(path);
}

/** The folders before the first segment with a wildcard; empty if that is the first. */
export function literalFolder(pattern: string): string {
  const segments = pattern.split("/");
  const first = segments.findIndex(hasWildcards);
  return segments.slice(0, first < 0 ? -1 : first).join("/") || (pattern.startsWith("/") ? "/" : "");
}

/** @returns what is wrong with the pattern, if it is not valid */
export function parseGlob(pattern: string): Glob | { readonly fault: string } {
  if (pattern === "") return { fault: "is empty" };
  if (pattern.length > MAX_LENGTH) return { fault: `has more than ${MAX_LENGTH} characters` };
  const written = expandBraces(pattern.replace(/^(?:\.\/)+/, "").replace(/\/+$/, ""));
  if (typeof written === "string") return { fault: written };
  const alternatives = written.map((each) => each.split("/"));
  return {
    matches: (path) => {
      const segments = path.split("/");
      return alternatives.some((wanted) =>
        matchesSequence(wanted, segments, "**", (segment, item) =>
          matchesSequence(segment, item, "*", (char, other) => char === "?" || char === other),
        ),
      );
    },
  };
}

/**
 * Does the pattern match all of the items? `many` stands for any number of them. Only the last `many` is ever tried
 * again, so time is at most the product of both lengths, whatever a hostile pattern holds.
 */
function matchesSequence<T>(
  pattern: ArrayLike<T>,
  items: ArrayLike<T>,
  many: T,
  one: (wanted: T, item: T) => boolean,
): boolean {
  let at = 0;
  let retry: { readonly at: number; item: number } | undefined;
  for (let item = 0; item < items.length;) {
    if (at < pattern.length && pattern[at] === many) {
      retry = { at: ++at, item };
    } else if (at < pattern.length && one(pattern[at]!, items[item]!)) {
      at++;
      item++;
    } else if (retry) {
      at = retry.at;
      item = ++retry.item;
    } else return false;
  }
  while (pattern[at] === many) at++;
  return at === pattern.length;
}

/** The patterns that braces expand to, or what is wrong with them. */
function expandBraces(pattern: string): readonly string[] | string {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (done.length + open.length >= MAX_ALTERNATIVES)
      return `has more than ${MAX_ALTERNATIVES} alternatives`;
    // Innermost braces first, because they contain no others.
    const inner = /\{([^{}]*)\}/.exec(next);
    if (!inner) {
      if (/[{}]/.test(next)) return "has an unbalanced brace";
      done.push(next);
      continue;
    }
    const [before, after] = [next.slice(0, inner.index), next.slice(inner.index + inner[0].length)];
    for (const part of inner[1]!.split(",")) open.push(before + part + after);
  }
  return done;
}
