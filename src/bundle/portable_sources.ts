/** Names of source files that are the same wherever the sources are. */
import { basename, dirname, isAbsolute, relative, sep } from "node:path";
import type { Policy } from "../ir/policy.js";
import { SourceFile, SourceMap } from "../source/source_file.js";
import type { Span } from "../source/span.js";

/**
 * Policies whose spans name no place of this machine. Files under the working directory keep their relative names;
 * others are named from the nearest directory that holds them all, that directory's own name included.
 */
export function portableSources(
  policies: readonly Policy[],
  sources: SourceMap,
): { readonly policies: readonly Policy[]; readonly sources: SourceMap } {
  const names = portableNames([...new Set(policies.flatMap((policy) => [policy.span.file]))]);
  for (const { path } of sources.all())
    if (!names.has(path)) names.set(path, outside(path) ? basename(path) : path);
  const named = new SourceMap();
  for (const { path, text } of sources.all()) named.add(new SourceFile(names.get(path)!, text));
  const moved = [...names].some(([path, name]) => path !== name);
  return { policies: moved ? policies.map((policy) => rename(policy, names)) : policies, sources: named };
}

function portableNames(files: readonly string[]): Map<string, string> {
  const foreign = files.filter(outside);
  const base = foreign.map(dirname).reduce<string | undefined>(commonDirectory, undefined);
  const nameOf = (file: string) =>
    outside(file) ? relative(dirname(base!), file).split(sep).join("/") : file;
  return new Map(files.map((file) => [file, nameOf(file)]));
}

function outside(file: string): boolean {
  return isAbsolute(file) || file === ".." || file.startsWith(`..${sep}`);
}

function commonDirectory(common: string | undefined, directory: string): string {
  if (common === undefined) return directory;
  const [a, b] = [common.split(sep), directory.split(sep)];
  const length = a.findIndex((part, index) => part !== b[index]);
  return length < 0 ? common : a.slice(0, length).join(sep) || sep;
}

function rename<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (Array.isArray(value)) return value.map((item) => rename(item as unknown, names)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) =>
      key === "span" ? [key, renameSpan(inner as Span, names)] : [key, rename(inner, names)],
    ),
  ) as T;
}

function renameSpan(span: Span, names: ReadonlyMap<string, string>): Span {
  return { ...span, file: names.get(span.file) ?? (outside(span.file) ? basename(span.file) : span.file) };
}
