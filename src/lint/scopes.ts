import { posix } from "node:path";
import type { NetworkPolicy, Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";

/**
 * Policies that end up in one cluster, as far as files tell. Where two folders hold an object of the same name with
 * different contents (overlays, environments), they are made for different clusters: each of the two folders is a scope
 * of its own, and what lies in neither is one more. Nothing is compared across scopes.
 */
export function scopesOf(
  policies: readonly Policy[],
  diagnostics: readonly Diagnostic[],
): readonly Policy[][] {
  const folders = diagnostics.filter(isConflict).flatMap(({ span, notes = [] }) => {
    return notes.flatMap((note) => (note.span ? diverge(span.file, note.span.file) : []));
  });
  const scopes = new Map<string, Policy[]>();
  for (const policy of policies) {
    const inside = folders.filter((folder) => policy.span.file.startsWith(folder));
    const scope = inside.sort((a, b) => b.length - a.length)[0] ?? "";
    const group = scopes.get(scope);
    if (group) group.push(policy);
    else scopes.set(scope, [policy]);
  }
  return [...scopes.values()];
}

export function isConflict({ rule, severity }: Diagnostic): boolean {
  return rule === "duplicate-object" && severity === "error";
}

/** The folders, ending in `/`, in which two paths part; none if they are files of one folder. */
function diverge(a: string, b: string): readonly string[] {
  const [left, right] = [a.split("/"), b.split("/")];
  let same = 0;
  while (same < left.length - 1 && same < right.length - 1 && left[same] === right[same]) same++;
  const folders = [left, right].map((parts) =>
    same < parts.length - 1 ? `${parts.slice(0, same + 1).join("/")}/` : "",
  );
  return folders.filter((folder) => folder !== "");
}

/**
 * A namespace as it is meant in one file. Without one in the object, whoever applies the file chooses it: then only the
 * files of one folder surely mean the same.
 */
export function namespaceScope({ namespace, span }: Pick<NetworkPolicy, "namespace" | "span">): string {
  return namespace === "default" ? `default of ${posix.dirname(span.file)}` : namespace;
}
