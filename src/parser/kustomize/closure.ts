/** What a kustomization includes, directly and through others, and how it changes it. Source: the kustomize API reference. */
import { join, resolve } from "node:path";
import { isInside } from "../../source/paths.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { SourceFile } from "../../source/source_file.js";
import { messageLine, quoted } from "../quoted.js";
import { decodeSource } from "../read_source.js";
import { asMapping, entriesOf, get, itemsOf, textOf } from "../yaml/node.js";
import type { MappingNode, Node, Range } from "../yaml/node.js";
import { readDocuments } from "../yaml/read_documents.js";
import type { SourceTree } from "./source_tree.js";

export interface Closure {
  /** The absolute path of the folder of the kustomization that it is of. */
  readonly folder: string;
  readonly isComponent: boolean;
  /** All files that rendering needs, by absolute path. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Absolute paths of the files that objects are taken from. */
  readonly resources: ReadonlySet<string>;
  /** The fields by which objects are changed or made. */
  readonly changes: ReadonlySet<string>;
  /** The reasons why it cannot be rendered here, each with its place. */
  readonly problems: readonly Diagnostic[];
  /** The kustomization files that were read. */
  readonly sources: readonly SourceFile[];
}

const NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const RESOURCES: ReadonlySet<string> = new Set(["resources", "bases", "components"]);

/** Fields that list files or folders whose contents change or create objects. */
const PLUGINS: ReadonlySet<string> = new Set(["transformers", "generators", "validators"]);

/** Fields that change policies, pods and namespaces, unlike those for images, replicas and ConfigMaps. */
const CHANGING: ReadonlySet<string> = new Set([
  "namespace",
  "namePrefix",
  "nameSuffix",
  "labels",
  "commonLabels",
  "commonAnnotations",
  "patches",
  "patchesJson6902",
  "patchesStrategicMerge",
  "replacements",
  "vars",
  "configurations",
  "transformers",
  "generators",
]);

const HELM: ReadonlySet<string> = new Set(["helmCharts", "helmChartInflationGenerator"]);

/** Bytes, and files, that one kustomization may need. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 10_000;

/** @param shown a path as spans have it */
export function closureOf(folder: string, tree: SourceTree, shown: (absolute: string) => string): Closure {
  const walk = new Walk(tree, shown);
  walk.start(folder);
  return { folder, ...walk.found, isComponent: walk.isComponent };
}

/** The command to run if polc cannot render it. */
export function renderBefore(folder: string): string {
  return `render it first: kustomize build ${folder} | polc COMMAND -`;
}

interface Place {
  readonly file: SourceFile;
  readonly at: Range;
}

class Walk {
  readonly found = {
    files: new Map<string, Buffer>(),
    resources: new Set<string>(),
    changes: new Set<string>(),
    problems: [] as Diagnostic[],
    sources: [] as SourceFile[],
  };
  isComponent = false;
  private readonly entered = new Set<string>();
  private bytes = 0;

  constructor(
    private readonly tree: SourceTree,
    private readonly shown: (absolute: string) => string,
  ) {}

  /** The folder that the user would name. */
  private top = "";

  start(folder: string): void {
    this.top = this.shown(folder);
    this.folder(folder, undefined);
  }

  private folder(folder: string, from: Place | undefined): void {
    if (this.entered.has(folder)) return;
    this.entered.add(folder);
    const path = NAMES.map((name) => join(folder, name)).find((each) => this.copy(each, folder));
    if (path === undefined) {
      const at = from ?? { file: new SourceFile(this.shown(folder), ""), at: { start: 0, end: 0 } };
      return this.problem(
        at,
        `${this.shown(folder)} contains no kustomization`,
        "list a file, or add a kustomization",
      );
    }
    const { file, diagnostic } = decodeSource(this.found.files.get(path)!, this.shown(path));
    this.found.sources.push(file);
    const roots: Node[] = [];
    const problems = readDocuments(file.text, ({ root }) => roots.push(root));
    const root = asMapping(roots[0]);
    if (diagnostic || problems.length > 0 || !root)
      return this.problem(
        { file, at: { start: 0, end: 0 } },
        "the kustomization cannot be read",
        "correct it",
      );
    if (from === undefined) this.isComponent = textOf(get(root, "kind")) === "Component";
    this.fields(root, folder, file);
  }

  private fields(root: MappingNode, folder: string, file: SourceFile): void {
    for (const { key, keyRange, value } of root.entries) {
      if (isEmpty(value)) continue;
      if (CHANGING.has(key)) this.found.changes.add(key);
      if (HELM.has(key)) this.helm({ file, at: keyRange }, folder);
      if (RESOURCES.has(key) || PLUGINS.has(key)) {
        for (const item of itemsOf(value)) this.item(item, folder, file, RESOURCES.has(key));
        continue;
      }
      for (const node of stringsOf(value)) this.mention(key, node, folder, file);
    }
  }

  /** An entry of `resources` or a similar list: a file, a folder, a remote resource, or in some lists an inline object. */
  private item(item: Node, folder: string, file: SourceFile, isResource: boolean): void {
    const text = textOf(item);
    if (text === undefined || text === "" || text.includes("\n")) return;
    const absolute = resolve(folder, text);
    const place = { file, at: item };
    if (isUrl(text)) this.remote(place, text);
    else if (this.tree.isFolder(absolute)) this.folder(absolute, place);
    else if (this.copy(absolute, folder)) {
      if (isResource) this.found.resources.add(absolute);
      else this.plugin(absolute, folder);
    } else if (namesRepository(text)) this.remote(place, text);
    else this.problem(place, `${quoted(text)} cannot be read`, "add the file, or remove the line");
  }

  /** The configuration of what changes objects may name files too, from the folder of the kustomization. */
  private plugin(absolute: string, folder: string): void {
    const { file } = decodeSource(this.found.files.get(absolute)!, this.shown(absolute));
    readDocuments(file.text, ({ root }) => {
      for (const node of stringsOf(root)) this.mention("transformers", node, folder, file);
    });
  }

  /** Any text may name a file in the folder; generators write `KEY=FILE`. */
  private mention(key: string, node: Node, folder: string, file: SourceFile): void {
    const text = textOf(node) ?? "";
    if (text === "" || text.length > 1000 || text.includes("\n")) return;
    if (isUrl(text) && CHANGING.has(key)) return this.remote({ file, at: node }, text);
    for (const name of new Set([text, text.slice(text.indexOf("=") + 1)])) {
      const absolute = resolve(folder, name);
      if (name !== "" && absolute !== folder && isInside(absolute, folder)) this.copy(absolute, folder);
    }
  }

  private copy(absolute: string, folder: string): boolean {
    if (this.found.files.has(absolute)) return true;
    const content = this.tree.read(absolute, folder);
    if (!content) return false;
    this.bytes += content.length;
    if (this.bytes > MOST_BYTES || this.found.files.size >= MOST_FILES) return false;
    this.found.files.set(absolute, content);
    return true;
  }

  private remote(place: Place, text: string): void {
    this.problem(place, `${quoted(text)} is remote, and polc fetches nothing`, renderBefore(this.top));
  }

  private helm(place: Place, folder: string): void {
    const message = `${this.shown(folder)} uses Helm charts, which polc does not render`;
    this.problem(place, message, renderBefore(`--enable-helm ${this.top}`));
  }

  private problem({ file, at }: Place, message: string, help: string): void {
    this.found.problems.push({
      rule: "unrendered-kustomization",
      severity: "error",
      message: messageLine(message),
      span: { file: file.path, start: at.start, end: at.end },
      help: messageLine(help),
    });
  }
}

function isEmpty(value: Node): boolean {
  if (value.type === "null") return true;
  if (value.type === "string") return value.value === "";
  return (value.type === "mapping" || value.type === "sequence") && value.size <= 1;
}

function stringsOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  const visit = (each: Node): void => {
    if (each.type === "string") found.push(each);
    for (const item of itemsOf(each)) visit(item);
    for (const { value } of entriesOf(each)) visit(value);
  };
  visit(node);
  return found;
}

function isUrl(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|git::)/i.test(text);
}

/** A repository without a scheme: its host comes first, or its revision last. */
function namesRepository(text: string): boolean {
  return /^[\w-]+(?:\.[\w-]+)+[/:]/.test(text) || /[?&](?:ref|version)=/.test(text);
}
