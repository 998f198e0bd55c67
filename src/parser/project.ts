/** The contents of a list of paths. */
import type { Claim } from "../ir/claim.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { SourceMap } from "../source/source_file.js";
import type { SourceFile } from "../source/source_file.js";
import { duplicateDiagnostic, removeDuplicates } from "./duplicates.js";
import type { Access } from "./kubernetes/makers/access.js";
import type { PodMaker } from "./kubernetes/makers/pod_makers.js";
import { textLooksLikeObject } from "./kubernetes/object_kind.js";
import { chartAround, findFiles } from "./find_files.js";
import type { FindOptions, FoundFile, FoundFiles } from "./find_files.js";
import { mergeInventories } from "./merge_inventory.js";
import { isKustomization, readKustomization } from "./kustomization.js";
import type { Kustomization } from "./kustomization.js";
import { TEMPLATE } from "./parsed_file.js";
import type { ExportedConfig, Observation, ParsedFile } from "./parsed_file.js";
import { decodeSource, readSource, unread } from "./read_source.js";
import type { ReadSource } from "./read_source.js";
import { messageLine } from "./quoted.js";
import { RepeatedDocuments } from "./repeated/repeated_documents.js";
import { projectRoot } from "./project_root.js";
import type { YamlCache } from "./yaml_cache.js";
import { holdsPoliciesOnly, parseYamlFile } from "./yaml_file.js";

/** The contents of files as written. */
export interface ReadProject {
  /** Sorted by path, then by position; TypeScript after YAML. */
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly claims: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
  readonly observations: readonly Observation[];
  readonly sources: SourceMap;
  readonly kustomizations: readonly Kustomization[];
  /** How many files were read. */
  readonly files: number;
  /** The number of templates (Helm, Flux and the like), which are objects only once they are rendered. */
  readonly templates: number;
  /** Paths of files that consist of templates, and of charts. */
  readonly templateFiles: readonly string[];
  /** Paths of YAML files that hold NetworkPolicies alone, with nothing to report. */
  readonly policyFiles: ReadonlySet<string>;
  /** Kubernetes objects of kinds that are not read. */
  readonly ignored: number;
  /** Those that may create pods, with the namespaces where they may. */
  readonly customResources: readonly PodMaker[];
  /** Roles, bindings and service accounts, which tell which workloads may create pods. */
  readonly access: readonly Access[];
}

/** The same for one cluster: each kind, namespace and name once. `diagnostics` reports duplicates. */
export type Project = ReadProject;

export interface LoadOptions extends Pick<FindOptions, "excludes" | "gitignore"> {
  /** The folder that relative paths start from, and that spans are relative to. Defaults to the working folder. */
  readonly cwd?: string;
  /** Reads the path `-`. Defaults to the standard input of this process. */
  readonly stdin?: () => Promise<Buffer>;
  /** Texts that replace those of files, by absolute path. The files need not exist. */
  readonly contents?: ReadonlyMap<string, Buffer>;
  /** What the paths stand for, if that is known already. */
  readonly found?: FoundFiles;
  /** Earlier results of YAML files. New ones are added. */
  readonly yamlCache?: YamlCache;
  /** The path of standard input in spans, such as that of the file in an editor. */
  readonly stdinPath?: string;
}

/** The name of standard input in spans. */
const STDIN_PATH = "<stdin>";

/** Reads files and folders for one cluster. Never throws because of the user's input. */
export async function loadProject(paths: readonly string[], options: LoadOptions = {}): Promise<Project> {
  const project = await readProject(paths, options);
  const { policies, inventory, duplicates } = removeDuplicates(project.policies, project.inventory);
  const found = duplicates.flatMap((each) => duplicateDiagnostic(each) ?? []);
  const diagnostics = [...project.diagnostics, ...found].sort(byPlace);
  return { ...project, policies, inventory, diagnostics };
}

/** Reads files and folders as written; `-` is YAML on standard input. Never throws because of their contents. */
export async function readProject(paths: readonly string[], options: LoadOptions = {}): Promise<ReadProject> {
  const cwd = options.cwd ?? process.cwd();
  const contents = options.contents ?? new Map<string, Buffer>();
  const found = options.found ?? findProjectFiles(paths, options);
  const reader = new YamlReader(contents, options.yamlCache);
  for (const { path, reason } of found.missing) reader.take(unread(path, reason), true);
  if (paths.includes("-"))
    reader.take(decodeSource(await (options.stdin ?? readStdin)(), options.stdinPath ?? STDIN_PATH), true);
  reader.takeFiles(found.files.filter(({ kind }) => kind === "yaml"));
  const {
    sources,
    parsed,
    diagnostics,
    kustomizations,
    templates,
    templateFiles,
    templateObjects,
    policyFiles,
    ignored,
    customResources,
    access,
  } = reader;
  const typescript = await parseTypeScript(found.files, cwd, contents);
  for (const script of typescript) {
    for (const file of script.files) sources.add(file);
    parsed.push(script.parsed);
    diagnostics.push(...(script.parsed.configs ?? []).map(misplacedConfig));
  }
  return {
    policies: parsed.flatMap((file) => file.policies),
    inventory: mergeInventories(parsed.map((file) => file.inventory)),
    claims: parsed.flatMap((file) => file.claims),
    diagnostics: [...diagnostics, ...parsed.flatMap((file) => file.diagnostics)].sort(byPlace),
    observations: parsed.flatMap((file) => file.observations),
    sources,
    kustomizations,
    files: found.files.length - templates + (paths.includes("-") ? 1 : 0),
    templates: templates + found.templates.length + templateObjects,
    templateFiles: [...templateFiles, ...found.templates, ...found.charts],
    policyFiles,
    ignored,
    customResources,
    access,
  };
}

/** The files that `readProject` reads. */
export function findProjectFiles(paths: readonly string[], options: LoadOptions = {}): FoundFiles {
  return findFiles(
    paths.filter((path) => path !== "-"),
    options.cwd ?? process.cwd(),
    { ...options, given: new Set(options.contents?.keys()) },
  );
}

/** Reads YAML files one by one, skipping files that only patch objects of others. */
class YamlReader {
  readonly sources = new SourceMap();
  readonly parsed: ParsedFile[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly kustomizations: Kustomization[] = [];
  templates = 0;
  readonly templateFiles: string[] = [];
  /** Objects among others in files that are read. */
  templateObjects = 0;
  readonly policyFiles = new Set<string>();
  ignored = 0;
  readonly customResources: PodMaker[] = [];
  readonly access: Access[] = [];
  private readonly repeated = new RepeatedDocuments();

  constructor(
    private readonly contents: ReadonlyMap<string, Buffer>,
    private readonly cache: YamlCache | undefined,
  ) {}

  takeFiles(files: readonly FoundFile[]): void {
    const patches = new Set<string>();
    for (const { absolute, path } of files.filter((file) => isKustomization(file.path))) {
      const read = readKustomization(absolute, this.read(absolute, path).file.text);
      if (read) this.kustomizations.push(read);
      for (const patch of read?.patchFiles ?? []) patches.add(patch);
    }
    for (const file of files)
      if (file.named || !patches.has(file.absolute))
        this.take(this.read(file.absolute, file.path), file.named, chartAround(file));
  }

  private read(absolute: string, path: string): ReadSource {
    const given = this.contents.get(absolute);
    return given ? decodeSource(given, path) : readSource(absolute, path);
  }

  /** @param chart of which the file is a template */
  take({ file, diagnostic }: ReadSource, named: boolean, chart?: string): void {
    this.sources.add(file);
    if (diagnostic) {
      const isOthers = diagnostic.rule === "invalid-utf8" && !named && !textLooksLikeObject(file.text);
      if (!isOthers) this.diagnostics.push(diagnostic);
      return;
    }
    if (!named && !mayHoldObjects(file)) return;
    const parse = () => parseYamlFile(file, { named, repeated: this.repeated });
    const result = this.cache ? this.cache.parsed(file, named, parse) : parse();
    const isBroken = isTemplate(file) && result.diagnostics.some(({ rule }) => rule.startsWith("yaml-"));
    if (isBroken && (!named || chart !== undefined)) {
      if (named) this.diagnostics.push(chartTemplate(file, chart!));
      this.templates++;
      this.templateFiles.push(file.path);
      return;
    }
    this.parsed.push(result);
    if (holdsPoliciesOnly(result)) this.policyFiles.add(file.path);
    for (const { rule } of result.diagnostics) if (rule === TEMPLATE) this.templateObjects++;
    this.ignored += result.ignored;
    this.customResources.push(...result.customResources);
    this.access.push(...result.access);
  }
}

/** Reads TypeScript project by project. TypeScript and its sandbox are heavy, so they load only if a file needs them. */
async function parseTypeScript(
  files: readonly FoundFile[],
  cwd: string,
  contents: ReadonlyMap<string, Buffer>,
): Promise<readonly { readonly files: readonly SourceFile[]; readonly parsed: ParsedFile }[]> {
  const scripts = files.filter((file) => file.kind === "typescript");
  if (scripts.length === 0) return [];
  const byRoot = new Map<string, string[]>();
  for (const { absolute, within } of scripts) {
    const root = projectRoot(within, cwd);
    byRoot.set(root, [...(byRoot.get(root) ?? []), absolute]);
  }
  const given = new Map([...contents].filter(([path]) => path.endsWith(".ts")));
  const { parseTypeScriptFiles } = await import("./typescript/parse.js");
  return Promise.all(
    [...byRoot].map(([root, paths]) => parseTypeScriptFiles(paths, { root, cwd, contents: given })),
  );
}

function misplacedConfig({ span }: ExportedConfig): Diagnostic {
  return {
    rule: "misplaced-config",
    severity: "warning",
    message: "a configuration has an effect only in polc.config.ts",
    span,
    help: "move it there",
  };
}

/** A text that a template engine turns into YAML. YAML itself may contain such braces in quotes. */
function isTemplate({ text }: SourceFile): boolean {
  return /\{\{|\{%|<%/.test(text);
}

/** A template that was named on the command line cannot be skipped. */
function chartTemplate({ path, text }: SourceFile, chart: string): Diagnostic {
  const start = text.indexOf("{{");
  return {
    rule: TEMPLATE,
    severity: "error",
    message: "the file is a Helm template: its contents are known only once it is rendered",
    span: { file: path, start, end: start + 2 },
    help: messageLine(`render the chart first: helm template ${chart} | polc COMMAND -`),
  };
}

/** A file found in a folder without either word belongs to another tool, and need not even be YAML. */
function mayHoldObjects(file: SourceFile): boolean {
  return file.text.includes("apiVersion") || file.text.includes("kind");
}

export async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** By file, then place. Two at one place keep their order. */
function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : a.span.start - b.span.start;
}
