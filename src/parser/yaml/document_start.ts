import { YamlError } from "./scan/cursor.js";
import type { Scanner } from "./scan/scanner.js";

/**
 * Reads directives and the `---` below them. Returns the prefixes of tag handles that they name.
 * Since kubectl cuts a stream at `---`, no directive of a file that it reads ever has one.
 */
export function documentStart(scanner: Scanner): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>();
  let hasVersion = false;
  const refuse = (reason: string) => new YamlError(reason, scanner.peek().start);
  for (;;) {
    const { kind, value, suffix } = scanner.peek();
    if (kind === "version-directive") {
      if (hasVersion) throw refuse("found duplicate %YAML directive");
      if (value !== "1.1") throw refuse("found incompatible YAML document");
      hasVersion = true;
    } else if (kind === "tag-directive") {
      if (prefixes.has(value)) throw refuse("found duplicate %TAG directive");
      prefixes.set(value, suffix);
    } else break;
    scanner.next();
  }
  if (scanner.peek().kind !== "document-start") throw refuse("did not find expected <document start>");
  scanner.next();
  return prefixes;
}
