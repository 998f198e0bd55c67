/** The sides that `polc diff` compares: files and folders, git revisions, and bundles. */
import { existsSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Bundle } from "../../bundle/bundle.js";
import { readBundle } from "../../bundle/read_bundle.js";
import { EMPTY_INVENTORY } from "../../ir/inventory.js";
import { onPath } from "../../source/on_path.js";
import { slashed } from "../../source/paths.js";
import type { Span } from "../../source/span.js";
import { clusterProject, errorsOf, failEmpty, sayNotes } from "../answerable_project.js";
import type { ProjectOptions } from "../answerable_project.js";
import { fail } from "../fail.js";
import { GitError, rootOf } from "../git/files.js";
import { revisionTree } from "../git/revision_tree.js";
import { checkOut, findRevision, overlayOf, placeOf } from "../git/tree.js";
import { printReport } from "../print_diagnostics.js";
import { refusing } from "./left_out.js";
import type { ReadInPart } from "./left_out.js";
import type { Revision } from "../git/tree.js";

/** A side that was named but not read yet. */
export type SideSource =
  | { readonly kind: "paths"; readonly name: string; readonly path: string }
  | { readonly kind: "bundle"; readonly name: string; readonly path: string }
  | {
      readonly kind: "revision";
      readonly name: string;
      readonly revision: Revision;
      /** The other side is the same place in the working tree. */
      readonly beside: boolean;
    };

/** No argument: HEAD and the working tree. One: a revision and the working tree, or a path at HEAD and now. */
export function sourcesOf(names: readonly string[], cwd: string): readonly [SideSource, SideSource] | string {
  const [first = "HEAD", second] = names;
  const before = sourceOf(first, cwd);
  if (!before) return unknown(first);
  if (second === undefined) return withWorkingTree(before, cwd);
  const after = sourceOf(second, cwd);
  if (!after) return unknown(second);
  const beside =
    before.kind === "revision" && after.kind === "paths" && after.path === placeOf(before.revision, cwd);
  return [beside ? { ...before, beside } : before, after];
}

export function unknown(name: string): string {
  const what = `${name} is not a file, folder or bundle here`;
  return onPath("git") ? `${what}, and not a git revision` : `${what}, and git is not installed`;
}

/** An existing path wins over a revision; `REV:` is always a revision. */
export function sourceOf(name: string, cwd: string): SideSource | undefined {
  const path = resolve(cwd, name);
  if (name === "-" || existsSync(path)) {
    const bundle =
      name !== "-" &&
      statSync(path).isDirectory() &&
      ["manifest.json", "ir.json"].every((file) => existsSync(join(path, file)));
    return { kind: bundle ? "bundle" : "paths", name, path: name === "-" ? name : path };
  }
  const revision = findRevision(name, cwd);
  return revision && { kind: "revision", name, revision, beside: false };
}

function withWorkingTree(source: SideSource, cwd: string): readonly [SideSource, SideSource] | string {
  if (source.kind === "revision") {
    const path = placeOf(source.revision, cwd);
    return [
      { ...source, beside: true },
      { kind: "paths", name: source.revision.path ?? "the working tree", path },
    ];
  }
  if (source.kind === "bundle")
    return "a bundle needs something to compare with: name another bundle, files or a revision";
  if (source.name === "-")
    return "standard input needs something to compare with: name files, a bundle or a revision";
  const revision = findRevision("HEAD", cwd);
  if (!revision) {
    const needed = onPath("git") ? "a git repository" : "git";
    return `${source.name} needs ${needed} to be compared with HEAD, or a second argument`;
  }
  const path = `./${slashed(relative(cwd, source.path))}`;
  const before = { ...revision, path };
  return [{ kind: "revision", name: `HEAD:${source.name}`, revision: before, beside: true }, source];
}

/** The side, as far as it can be read, or undefined after reporting an error. */
export async function readSide(
  source: SideSource,
  cwd: string,
  options: ProjectOptions,
): Promise<ReadInPart | undefined> {
  switch (source.kind) {
    case "paths":
      return readPaths(source.name, source.path, "", { ...options, cwd });
    case "bundle":
      return readBundleSide(source.name, source.path);
    case "revision":
      return readRevision(source, cwd, options);
  }
}

async function readPaths(
  name: string,
  path: string,
  prefix: string,
  options: ProjectOptions,
): Promise<ReadInPart | undefined> {
  const project = await clusterProject("diff", [path], { ...options, lastCounts: true });
  const errors = errorsOf(project);
  if (errors.length > 0) printReport(errors, project);
  if (errors.some(refusing)) {
    fail("diff", `${name} could not be read, so nothing is compared`);
    return undefined;
  }
  if (project.files === 0) {
    failEmpty("diff", [path], project);
    fail("diff", `${name} could not be read, so nothing is compared`);
    return undefined;
  }
  sayNotes("diff", project, options.said);
  const { policies, inventory, sources } = project;
  const root = resolve(options.cwd ?? "", path);
  return {
    name,
    policies,
    inventory,
    errors,
    where: (span) => `${prefix}${sources.where(span)}`,
    fileOf: (file) => relative(root, resolve(options.cwd ?? "", file)),
  };
}

async function readRevision(
  { name, revision, beside }: SideSource & { readonly kind: "revision" },
  cwd: string,
  options: ProjectOptions,
): Promise<ReadInPart | undefined> {
  const prefix = `${name.split(":")[0] || "HEAD"}:`;
  try {
    if (beside)
      return await readPaths(name, placeOf(revision, cwd), prefix, {
        ...options,
        ...overlayOf(revision, cwd),
        tree: revisionTree(revision, cwd, rootOf(cwd)),
        cwd,
      });
    const checkedOut = checkOut(revision, cwd);
    try {
      const tree = revisionTree(revision, cwd, checkedOut.root);
      const side = await readPaths(name, checkedOut.path, prefix, { ...options, tree, cwd: checkedOut.cwd });
      // Files that a kustomization includes from outside the place are named from the repository's root.
      const where = (span: Span) => side!.where(span).replace(`${checkedOut.root}/`, "");
      return side && { ...side, where };
    } finally {
      checkedOut.remove();
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    fail("diff", `${name}: ${error.message}`);
    return undefined;
  }
}

async function readBundleSide(name: string, path: string): Promise<ReadInPart | undefined> {
  const bundle = await readBundle(path);
  if (Array.isArray(bundle)) {
    fail("diff", `${name} is not a valid bundle`, { details: bundle.map(({ message }) => message) });
    return undefined;
  }
  return bundleSide(name, bundle as Bundle);
}

export function bundleSide(name: string, { policies, manifest }: Bundle): ReadInPart {
  // The sources of a bundle are gone, but its manifest records their lines.
  const places = new Map<Span, string>();
  const rules = policies.flatMap((policy) => policy.rules);
  for (const [index, { source }] of manifest.policies.entries()) places.set(policies[index]!.span, source);
  for (const [index, { source }] of manifest.rules.entries()) places.set(rules[index]!.span, source);
  return {
    name,
    policies,
    inventory: EMPTY_INVENTORY,
    errors: [],
    fileOf: (file) => file,
    where: (span) => `${name}:${places.get(span) ?? span.file}`,
  };
}
