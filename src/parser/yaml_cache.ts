/** What YAML files held when they were read last: a file with the same text is not parsed again. */
import { createHash } from "node:crypto";
import type { Policy, Rule } from "../ir/policy.js";
import { digest } from "../source/private_cache.js";
import { userCacheDir } from "../source/private_folder.js";
import type { SourceFile } from "../source/source_file.js";
import { copiedTo } from "./copied_result.js";
import { hashOwnSources } from "./own_sources.js";
import { readValue, writeValue } from "./json_cache.js";
import { holdsPoliciesOnly } from "./yaml_file.js";
import type { ParsedYamlFile } from "./yaml_file.js";

interface Kept {
  /** Of the text, and of whether the file was named. */
  readonly digest: string;
  readonly parsed: ParsedYamlFile;
  /** Made of the result of a file with the same text, which takes less time than to keep it. */
  readonly isCopy?: true;
}

/** One change in so many files is written. */
const WORTH_WRITING = 20;

export class YamlCache {
  private readonly used = new Map<string, Kept>();
  /** Paths of results. */
  private readonly byDigest = new Map<string, string>();
  private changed = 0;

  constructor(private kept: ReadonlyMap<string, Kept> = new Map()) {}

  /** The file's result: of last time, or made now. */
  parsed(file: SourceFile, named: boolean, parse: () => ParsedYamlFile): ParsedYamlFile {
    const id = digest(`${named} ${file.text}`);
    let kept = this.kept.get(file.path) ?? this.used.get(file.path);
    if (kept?.digest !== id) {
      const copied = this.copyFor(file, id);
      kept = copied ? { digest: id, parsed: copied, isCopy: true } : { digest: id, parsed: parse() };
      if (!copied) this.changed++;
    }
    this.used.set(file.path, kept);
    this.byDigest.set(id, file.path);
    return kept.parsed;
  }

  /** The result of a file with the same text, as in the two folders that `polc diff` compares. */
  private copyFor(file: SourceFile, id: string): ParsedYamlFile | undefined {
    const path = this.byDigest.get(id);
    const same = path === undefined ? undefined : this.used.get(path);
    // Messages may name the file.
    if (same?.digest !== id || same.parsed.diagnostics.length > 0) return undefined;
    return copiedTo(file.path, path!, same.parsed);
  }

  /**
   * What was asked for since the cache was made or loaded, if much of that is not what it began with: to read a few
   * files again takes less time than to write all results.
   * @param unused what was loaded and not asked for, is kept too
   */
  entries(unused: boolean): readonly (readonly [string, Kept])[] | undefined {
    const gone = unused ? 0 : this.kept.size + this.changed - this.used.size;
    if ((this.changed + Math.max(gone, 0)) * WORTH_WRITING <= this.used.size) return undefined;
    const all = unused ? new Map([...this.kept, ...this.used]) : this.used;
    return [...all].filter(([, { isCopy }]) => !isCopy);
  }
}

/** Results are kept in two entries, because often those of files that hold more than NetworkPolicies are enough. */
const PARTS = ["others", "policies"] as const;

type Part = (typeof PARTS)[number];

/** The results for the files of one folder, kept on disk between runs. */
export function loadYamlCache(cwd: string, dir = userCacheDir(), parts: readonly Part[] = PARTS): YamlCache {
  const kept = new Map<string, Kept>();
  for (const part of parts) {
    const entries = readValue(dir, keyOf(cwd, part)) as readonly (readonly [string, Kept])[] | undefined;
    if (!Array.isArray(entries)) continue;
    for (const [path, each] of entries as readonly (readonly [string, Kept])[]) {
      giveSubjects(each.parsed.policies);
      kept.set(path, each);
    }
  }
  return new YamlCache(kept);
}

/** @param unused see `YamlCache.entries` */
export function storeYamlCache(cache: YamlCache, cwd: string, dir = userCacheDir(), unused = false): void {
  const entries = cache.entries(unused);
  if (!entries) return;
  for (const part of PARTS) {
    const own = entries.filter(([, { parsed }]) => holdsPoliciesOnly(parsed) === (part === "policies"));
    writeValue(
      dir,
      keyOf(cwd, part),
      own.map(([path, { digest: id, parsed }]) => [
        path,
        { digest: id, parsed: { ...parsed, policies: parsed.policies.map(withoutSubjects) } },
      ]),
    );
  }
}

/** A NetworkPolicy's rules have its very own subject, which is written once. */
function withoutSubjects(policy: Policy): object {
  if (policy.kind !== "NetworkPolicy") return policy;
  const rules = policy.rules.map((rule) =>
    rule.subject === policy.subject ? { ...rule, subject: null } : rule,
  );
  return { ...policy, rules };
}

function giveSubjects(policies: readonly Policy[]): void {
  for (const policy of policies)
    if (policy.kind === "NetworkPolicy")
      for (const rule of policy.rules as readonly { subject: Rule["subject"] | null }[])
        rule.subject ??= policy.subject;
}

function keyOf(cwd: string, part: Part): string {
  const hash = createHash("sha256").update(JSON.stringify(["yaml", part, cwd]));
  hashOwnSources(hash, ["parser", "ir"]);
  return hash.digest("hex");
}
