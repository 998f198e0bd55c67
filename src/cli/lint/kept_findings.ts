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
import { TEMPLATE } from "../../parser/parsed_file.js";
import type { ReadProject } from "../../parser/project.js";
import { readSource } from "../../parser/read_source.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { digest } from "../../source/private_cache.js";
import { userCacheDir } from "../../source/private_folder.js";
import { SourceFile, SourceMap } from "../../source/source_file.js";

/** What a run says about files, before suppressions are taken off and whatever `--changed` leaves out. */
export interface LintResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly project: Pick<ReadProject, "files" | "templates" | "diagnostics" | "sources">;
}

type Stamp = readonly [size: number, modified: number, changed: number, inode: number];

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
   * @param question all else that the findings depend on
   */
  static of(found: FoundFiles, question: string): KeptFindings | undefined {
    const build = buildId();
    if (build === undefined || found.files.some(({ kind }) => kind !== "yaml")) return undefined;
    const stamps = found.files.map(({ absolute }) => stampOf(absolute));
    const known = stamps.filter((stamp) => stamp !== undefined);
    return known.length === stamps.length ? new KeptFindings(found, known, build, question) : undefined;
  }

  load(): LintResult | undefined {
    const entry = readValue(this.dir, this.key) as Entry | undefined;
    if (entry?.stamps?.length !== this.stamps.length) return undefined;
    const sources = new SourceMap();
    let isRestamped = false;
    for (const [i, { absolute, path }] of this.found.files.entries()) {
      if (isSure(entry.stamps[i]!, this.stamps[i]!, entry.at)) {
        sources.add(new SourceFile(path, () => readSource(absolute, path).file.text));
        continue;
      }
      const { file, diagnostic } = readSource(absolute, path);
      if (diagnostic || digest(file.text) !== entry.digests[i]) return undefined;
      sources.add(file);
      isRestamped = true;
    }
    if (isRestamped) writeValue(this.dir, this.key, { ...entry, at: this.at, stamps: this.stamps });
    const { diagnostics, files, templates, templateDiagnostics } = entry;
    return { diagnostics, project: { files, templates, diagnostics: templateDiagnostics, sources } };
  }

  store({ diagnostics, project }: LintResult): void {
    if (project.files === 0 || project.diagnostics.some(({ rule }) => UNSURE.has(rule))) return;
    const texts = this.found.files.map(({ path }) => project.sources.get(path)?.text);
    const entry: Entry = {
      at: this.at,
      stamps: this.stamps,
      digests: texts.map((text) => digest(text ?? "")),
      diagnostics,
      files: project.files,
      templates: project.templates,
      templateDiagnostics: project.diagnostics.filter(({ rule }) => rule === TEMPLATE),
    };
    writeValue(this.dir, this.key, entry);
  }
}

/** How large files are together; undefined for one that cannot be read. */
export function bytesOf({ files }: FoundFiles): number {
  let bytes = 0;
  for (const { absolute } of files) bytes += statSync(absolute, { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

function identity(file: FoundFile) {
  const { path, named } = file;
  return [path, named, path.includes("templates/") ? (chartAround(file) ?? null) : null];
}

function stampOf(absolute: string): Stamp | undefined {
  const stat = statSync(absolute, { throwIfNoEntry: false });
  return stat && [stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino];
}

function isSure(then: Stamp, now: Stamp, at: number): boolean {
  return then.every((value, i) => value === now[i]) && Math.max(then[1], then[2]) < at - CLOCK_MS;
}
