import { toValue } from "../yaml/node.js";
import type { MappingNode } from "../yaml/node.js";

const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/**
 * A name for an object with only `generateName`. The API server appends five random characters; here they are derived from
 * the object's contents, so that the same input always has the same name. `place` keeps equal objects apart.
 */
export function generatedName(prefix: string, root: MappingNode, place = ""): string {
  let hash = 0x811c9dc5;
  for (const char of place + JSON.stringify(toValue(root)))
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  let suffix = "";
  for (let i = 0; i < 5; i++, hash = Math.floor(hash / ALPHABET.length))
    suffix += ALPHABET[hash % ALPHABET.length];
  return prefix.slice(0, 58) + suffix;
}
