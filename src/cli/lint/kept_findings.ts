/**
 * The findings of the run before, for files that have not changed since. A file is unchanged if the operating system says
 * so, as for git: its size, times and inode are those of then. Otherwise its content decides.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { chartAround } from "../../parser/find_files.js";
import type { FoundFile, FoundFiles } from "../../parser/find_files.js";
import { readValue, writeValue } from "../../parser/json_cache.js";
import { buildId } from "../../parser/own_sources.js";
import type { PolicyFacts } from "../../lint/affected/facts.js";
import { TEMPLATE } from "../../parser/parsed_file.js";
import type { ReadProject } from "../../parser/project.js";
import { readSource } from "../../parser/read_source.js";
import type { ReadSource } from "../../parser/read_source.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { digest } from "../../source/private_cache.js";
import { userCacheDir } from "../../source/private_folder.js";
import { SourceFile, SourceMap } from "../../source/source_file.js";

/** What a run says about files, before suppressions are taken off and whatever `--changed` leaves out. */
export interface LintResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly project: Pick<ReadProject, "files" | "templates" | "diagnostics" | "sources">;
}

export type Stamp = readonly [size: number, modified: number, changed: number, inode: number];

interface Entry {
  /** When the files began to be read. */
  readonly at: number;
  readonly stamps: readonly Stamp[];
  readonly digests: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly files: number;
  readonly templates: number;
  readonly templateDiagnostics: readonly Diagnostic[];
}

/** What changed files are compared with. It is another entry, since nothing else needs it. */
interface KeptFacts {
  /** The digest of the digests of all files. */
  readonly of: string;
  readonly facts: readonly (readonly [file: string, facts: PolicyFacts])[];
}

/** The findings of then, and what has changed since. */
export interface Since {
  readonly changed: ReadonlyMap<string, ReadSource>;
  /** Of the files then. */
  readonly digests: readonly string[];
  readonly result: LintResult;
}

/** With more changed files, all are linted. */
const MOST_CHANGED = 64;

/** A file that changes twice within this time may keep the stamp of the first change. */
const CLOCK_MS = 2000;

/** With one of these, a text does not tell all that the file holds. */
const UNSURE: ReadonlySet<string> = new Set(["unreadable-file", "invalid-utf8", "file-too-large"]);

export class KeptFindings {
  private readonly at = Date.now();
  private readonly key: string;
  private readonly stamps: readonly Stamp[];

  private constructor(
    private readonly found: FoundFiles,
    stamps: readonly Stamp[],
    build: string,
    question: string,
    private readonly dir = userCacheDir(),
  ) {
    this.stamps = stamps;
    const hash = createHash("sha256").update(JSON.stringify(["findings", build, process.version, question]));
    for (const file of found.files) hash.update(JSON.stringify(identity(file)));
    hash.update(JSON.stringify([found.missing, found.templates, found.charts]));
    this.key = hash.digest("hex");
  }

  /**
   * Undefined if the findings depend on more than these files: TypeScript imports others, which are cached by themselves.
   * @param stamps of the files; undefined for one that cannot be read
   * @param question all else that the findings depend on
   */
  static of(
    found: FoundFiles,
    stamps: readonly (Stamp | undefined)[],
    question: string,
  ): KeptFindings | undefined {
    const build = buildId();
    if (build === undefined || found.files.some(({ kind }) => kind !== "yaml")) return undefined;
    const known = stamps.filter((stamp) => stamp !== undefined);
    return known.length === stamps.length ? new KeptFindings(found, known, build, question) : undefined;
  }

  /** What is kept, and the files that have changed since then. */
  since(): Since | undefined {
    const entry = readValue(this.dir, this.key) as Entry | undefined;
    if (entry?.stamps?.length !== this.stamps.length) return undefined;
    const sources = new SourceMap();
    const changed = new Map<string, ReadSource>();
    let isRestamped = false;
    for (const [i, { absolute, path }] of this.found.files.entries()) {
      if (isSure(entry.stamps[i]!, this.stamps[i]!, entry.at)) {
        sources.add(new SourceFile(path, () => readSource(absolute, path).file.text));
        continue;
      }
      const read = readSource(absolute, path);
      if (read.diagnostic) return undefined;
      if (digest(read.file.text) !== entry.digests[i]) changed.set(path, read);
      if (changed.size > MOST_CHANGED) return undefined;
      sources.add(read.file);
      isRestamped = true;
    }
    if (isRestamped && changed.size === 0)
      writeValue(this.dir, this.key, { ...entry, at: this.at, stamps: this.stamps });
    const { diagnostics, files, templates, templateDiagnostics } = entry;
    const project = { files, templates, diagnostics: templateDiagnostics, sources };
    return { changed, digests: entry.digests, result: { diagnostics, project } };
  }

  /** What was kept beside the findings that `since` returned. */
  facts({ digests }: Since): ReadonlyMap<string, PolicyFacts> | undefined {
    const kept = readValue(this.dir, this.factsKey()) as KeptFacts | undefined;
    return kept?.of === digestOf(digests) ? new Map(kept.facts) : undefined;
  }

  /** Keeps findings that were made anew in part. */
  storeAgain({ changed, digests }: Since, result: LintResult, facts: ReadonlyMap<string, PolicyFacts>): void {
    const now = this.found.files.map(({ path }, i) => {
      const read = changed.get(path);
      return read ? digest(read.file.text) : digests[i]!;
    });
    this.write(now, result, result.project.diagnostics, facts);
  }

  store(result: LintResult, facts: ReadonlyMap<string, PolicyFacts> | undefined): void {
    const { project } = result;
    if (project.files === 0 || project.diagnostics.some(({ rule }) => UNSURE.has(rule))) return;
    const texts = this.found.files.map(({ path }) => project.sources.get(path)?.text);
    this.write(
      texts.map((text) => digest(text ?? "")),
      result,
      project.diagnostics.filter(({ rule }) => rule === TEMPLATE),
      facts,
    );
  }

  private write(
    digests: readonly string[],
    { diagnostics, project: { files, templates } }: LintResult,
    templateDiagnostics: readonly Diagnostic[],
    facts: ReadonlyMap<string, PolicyFacts> | undefined,
  ): void {
    const { at, stamps } = this;
    const entry: Entry = { at, stamps, digests, diagnostics, files, templates, templateDiagnostics };
    writeValue(this.dir, this.key, entry);
    if (facts)
      writeValue(this.dir, this.factsKey(), { of: digestOf(digests), facts: [...facts] } satisfies KeptFacts);
  }

  private factsKey(): string {
    return digest(`facts ${this.key}`);
  }
}

function digestOf(digests: readonly string[]): string {
  return digest(digests.join(" "));
}

function identity(file: FoundFile) {
  const { path, named } = file;
  return [path, named, path.includes("templates/") ? (chartAround(file) ?? null) : null];
}

export function stampOf(absolute: string): Stamp | undefined {
  const stat = statSync(absolute, { throwIfNoEntry: false });
  return stat && [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino];
}

function isSure(then: Stamp, now: Stamp, at: number): boolean {
  return then.every((value, i) => value === now[i]) && Math.max(then[1], then[2]) < at - CLOCK_MS;
}
