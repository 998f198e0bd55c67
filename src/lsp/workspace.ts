import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EMPTY_INVENTORY } from "../ir/inventory.js";
import { KnownPods } from "../lint/known/known_pods.js";
import { podMakersOf } from "../parser/kubernetes/makers/pod_makers.js";
import type { ReadProject } from "../parser/project.js";
import { shownPath } from "../source/paths.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Places } from "./to_lsp.js";

/** Reads and lints a project as `polc lint` does in its folder. */
export type LintProject = (
  root: string,
  contents: ReadonlyMap<string, Buffer>,
) => Promise<{ readonly project: ReadProject; readonly diagnostics: readonly Diagnostic[] }>;

/** A folder as an editor shows it: the files on disk, with unsaved changes. */
export class Workspace implements Places {
  private readonly edited = new Map<string, Buffer>();
  /** The editor's own URIs, by path: it may write `file:///c%3A/a` for `file:///C:/a`. */
  private readonly uris = new Map<string, string>();
  private project: ReadProject | undefined;
  private pods: KnownPods | undefined;
  diagnostics: readonly Diagnostic[] = [];

  constructor(
    readonly root: string,
    private readonly lint: LintProject,
  ) {}

  open(uri: string, text: string): void {
    const path = pathOf(uri);
    this.uris.set(path, uri);
    this.edited.set(path, Buffer.from(text));
  }

  close(uri: string): void {
    this.edited.delete(pathOf(uri));
  }

  async refresh(): Promise<void> {
    const { project, diagnostics } = await this.lint(this.root, new Map(this.edited));
    this.project = project;
    this.pods = undefined;
    this.diagnostics = diagnostics;
  }

  get sources(): ReadProject["sources"] {
    if (!this.project) throw new Error("not read yet");
    return this.project.sources;
  }

  get policies(): ReadProject["policies"] {
    return this.project?.policies ?? [];
  }

  get known(): KnownPods {
    const { inventory, customResources, access } = this.project ?? {
      inventory: EMPTY_INVENTORY,
      customResources: [],
      access: [],
    };
    return (this.pods ??= new KnownPods(inventory, podMakersOf({ customResources, access })));
  }

  uriOf = (file: string): string => {
    const path = resolve(this.root, file);
    return this.uris.get(path) ?? pathToFileURL(path).href;
  };

  /** The path of a document as spans have it. */
  fileOf(uri: string): string {
    return shownPath(pathOf(uri), this.root);
  }

  /** Findings whose place overlaps the range. */
  findingsAt(file: string, start: number, end: number): readonly Diagnostic[] {
    return this.diagnostics.filter(
      ({ span }) => span.file === file && span.start <= end && start <= span.end,
    );
  }
}

function pathOf(uri: string): string {
  return fileURLToPath(uri);
}
