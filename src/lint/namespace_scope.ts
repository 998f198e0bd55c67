import { posix } from "node:path";
import type { Span } from "../source/span.js";

/**
 * A namespace as it is meant in one file. Without one in the object, whoever applies the file chooses it: then only the
 * files of one folder surely mean the same.
 */
export function namespaceScope({
  namespace,
  span,
}: {
  readonly namespace: string;
  readonly span: Span;
}): string {
  return namespace === "default" ? `default of ${posix.dirname(span.file)}` : namespace;
}
