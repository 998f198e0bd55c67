/** Places of files for different clusters: environments, folders that mirror each other, examples. */
import { basename } from "node:path";
import type { Policy } from "../../ir/policy.js";
import { policyName } from "../../ir/policy_name.js";
import { foldersAround } from "../../source/paths.js";

/** A folder (ending in `/`) or file, and what it is a variant of; undefined: nothing is applied together with it. */
export type Variants = ReadonlyMap<string, Variant>;

export interface Variant {
  readonly of: string | undefined;
  /** Folders, `""` or ending in `/`, whose base belongs to it. */
  readonly beside: readonly string[];
}

/** Names of folders and files for environments. */
const ENVIRONMENT =
  /(^|[-_.])(dev|development|prod|production|stag|staging|stage|test|qa|uat|preprod|sandbox|int|integration|canary|dr)[0-9]*(?=[-_.]|$)/;
/** Names of folders that contain one folder per cluster. */
const OF_CLUSTERS = /^(overlays|environments|envs?|clusters?)$/;
/** The same, for folders whose contents decide whether they are for one cluster. */
const MAYBE_OF_CLUSTERS =
  /^(overlays|environments|envs?|clusters?|stages?|regions?|tenants?|examples?|samples?)$/;
/** Names of folders that are applied with each environment beside them. */
const BASE = /^(bases?|common|shared|global)$/;
/** Folders that contain one folder per example or test. */
const OF_EXAMPLES = /^(?:[^/]+\/)*?(?:examples?|samples?|tests?|testdata|fixtures)\/[^/]+\//;

/** With fewer shared policy names, two files of one folder may contain duplicates by mistake. */
const FEWEST_IN_FILES = 3;

/** @param files the files that contain objects, including those of the policies */
export function variantPlaces(policies: readonly Policy[], files: readonly string[], cwd: string): Variants {
  return new Map([
    ...environmentPlaces(files, cwd),
    ...mirroringPlaces(policies),
    ...files.flatMap((file) => {
      const folder = OF_EXAMPLES.exec(file)?.[0];
      return folder === undefined ? [] : [[folder, { of: undefined, beside: [] }] as const];
    }),
  ]);
}

/** Is the folder or file (by its path in spans) an example, which nobody applies together with others? */
export function isExample(path: string): boolean {
  return OF_EXAMPLES.test(`${path}/`);
}

/** The path with `*` for the name of an environment. Places with the same result are for different clusters. */
export function variantsOf(path: string): string {
  const segments = path.split("/");
  return segments.map((segment, i) => starred(segment, segments[i - 1])).join("/");
}

/** The folder (`""` or ending in `/`) that contains the base of the file. */
export function aroundBase(file: string): string | undefined {
  const segments = file.split("/").slice(0, -1);
  const base = segments.findLastIndex((segment) => BASE.test(segment));
  return base < 0 ? undefined : folderOf(segments.slice(0, base));
}

function folderOf(segments: readonly string[]): string {
  return segments.map((segment) => `${segment}/`).join("");
}

function starred(segment: string, parent: string | undefined): string {
  if (BASE.test(segment)) return segment;
  return OF_CLUSTERS.test(parent ?? "") ? "*" : segment.replace(ENVIRONMENT, "$1*");
}

/** Folders in a folder for clusters, and at least two folders or files whose names differ by that of an environment. */
function environmentPlaces(files: readonly string[], cwd: string): Variants {
  const groups = new Map<string, Map<string, Variant>>();
  for (const file of files) {
    const segments = file.split("/");
    for (const [i, segment] of segments.entries()) {
      const isFile = i === segments.length - 1;
      const parent = i === 0 ? basename(cwd) : segments[i - 1];
      const common = starred(segment, isFile ? undefined : parent);
      if (common === segment) continue;
      const before = segments.slice(0, i);
      const end = isFile ? "" : "/";
      const place = `${folderOf(before)}${segment}${end}`;
      const group = `${folderOf(before)}${common}${end}`;
      const beside = OF_CLUSTERS.test(before.at(-1) ?? "")
        ? [folderOf(before), folderOf(before.slice(0, -1))]
        : [folderOf(before)];
      const variants = groups.get(group) ?? new Map<string, Variant>();
      groups.set(
        group,
        variants.set(place, { of: isExample(place) ? undefined : variantsOf(place), beside }),
      );
    }
  }
  return new Map([...groups.values()].flatMap((variants) => (variants.size > 1 ? [...variants] : [])));
}

/** Folders, and files of one folder, whose policies mostly have the same names. */
function mirroringPlaces(policies: readonly Policy[]): Variants {
  const shared = new Map<string, { a: string; b: string; names: number }>();
  for (const files of filesByName(policies).values()) {
    for (const [i, b] of files.entries()) {
      const parted = i > 0 ? part(files[i - 1]!, b) : undefined;
      if (!parted) continue;
      const id = parted.join("\0");
      const known = shared.get(id);
      if (known) known.names++;
      else shared.set(id, { a: parted[0], b: parted[1], names: 1 });
    }
  }
  const found = new Map<string, Variant>();
  if (shared.size === 0) return found;
  const sizes = folderSizes(policies);
  for (const { a, b, names } of shared.values()) {
    const isMirror =
      (isEnvironment(a) && isEnvironment(b)) ||
      ((a.endsWith("/") || names >= FEWEST_IN_FILES) && names * 2 >= Math.min(sizes.get(a)!, sizes.get(b)!));
    if (!isMirror) continue;
    const same = found.get(a) ?? found.get(b) ?? { of: a, beside: [] };
    found.set(a, same).set(b, same);
  }
  return found;
}

/** The sorted files of each policy name that occurs in more than one. */
function filesByName(policies: readonly Policy[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, Set<string>>();
  for (const policy of policies) {
    const name = policyName(policy);
    const known = files.get(name);
    if (known) known.add(policy.span.file);
    else files.set(name, new Set([policy.span.file]));
  }
  return new Map(
    [...files].flatMap(([name, set]) => (set.size > 1 ? [[name, [...set].sort()] as const] : [])),
  );
}

function isEnvironment(place: string): boolean {
  const segments = place.replace(/\.[a-z]+$/, "/").split("/");
  return ENVIRONMENT.test(segments.at(-2)!) || MAYBE_OF_CLUSTERS.test(segments.at(-3) ?? "");
}

/**
 * The folders (ending in `/`) at which two paths diverge, or the files if they are in one folder; undefined if one is in
 * a folder around the other.
 */
function part(a: string, b: string): [string, string] | undefined {
  const [left, right] = [a.split("/"), b.split("/")];
  let same = 0;
  while (same < left.length - 1 && same < right.length - 1 && left[same] === right[same]) same++;
  if (same === left.length - 1 && left.length === right.length) return [a, b];
  if (same >= left.length - 1 || same >= right.length - 1) return undefined;
  return [`${left.slice(0, same + 1).join("/")}/`, `${right.slice(0, same + 1).join("/")}/`];
}

/** The number of policies in each file, and in each folder and below. */
function folderSizes(policies: readonly Policy[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { span } of policies) {
    sizes.set(span.file, (sizes.get(span.file) ?? 0) + 1);
    for (const folder of foldersAround(span.file))
      sizes.set(`${folder}/`, (sizes.get(`${folder}/`) ?? 0) + 1);
  }
  return sizes;
}
