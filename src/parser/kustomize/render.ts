/** One kustomization as `kustomize build` renders it, read with the places of the files that it is made of. */
import type { Diagnostic } from "../../source/diagnostic.js";
import { SourceFile } from "../../source/source_file.js";
import { messageLine } from "../quoted.js";
import { decodeSource } from "../read_source.js";
import { asMapping } from "../yaml/node.js";
import type { MappingNode, Node } from "../yaml/node.js";
import { readDocuments } from "../yaml/read_documents.js";
import { parseObjects, parseYamlFile } from "../yaml_file.js";
import type { ParsedYamlFile } from "../yaml_file.js";
import { renderBefore } from "./closure.js";
import type { Closure } from "./closure.js";
import { objectsIn, originOf, writtenAs } from "./origin.js";
import { moveTo, relocate } from "./relocate.js";
import { runRenderer } from "./renderer.js";
import type { Renderer } from "./renderer.js";
import { makeWorkspace } from "./workspace.js";
import type { Workspace } from "./workspace.js";

export interface Rendered {
  /** By the file that the objects are from. */
  readonly parsed: readonly ParsedYamlFile[];
  /** Those files, and those of the kustomizations. */
  readonly sources: readonly SourceFile[];
  /** Why it could not be rendered. Then there is nothing else. */
  readonly diagnostics: readonly Diagnostic[];
}

/** @param shown a path as spans have it */
export async function render(
  closure: Closure,
  renderer: Renderer | undefined,
  shown: (absolute: string) => string,
): Promise<Rendered> {
  const { sources, folder } = closure;
  const failed = (diagnostics: readonly Diagnostic[]) => ({ parsed: [], sources, diagnostics });
  if (closure.changes.size === 0) return asWritten(closure, shown);
  const refuse = (message: string) =>
    failed([
      {
        rule: "unrendered-kustomization",
        severity: "error",
        message: messageLine(message),
        span: { file: sources[0]!.path, start: 0, end: 0 },
        help: messageLine(renderBefore(shown(folder))),
      },
    ]);
  if (!renderer)
    return refuse(
      `kustomize changes what these files say (${[...closure.changes].join(", ")}), but neither kustomize nor kubectl is installed`,
    );
  const workspace = makeWorkspace(closure);
  try {
    const made = await runRenderer(renderer, workspace.folder, workspace.home);
    if ("fault" in made) return refuse(`kustomize failed: ${workspace.inWords(made.fault)}`);
    return new Reading(closure, workspace, shown).read(made.text);
  } finally {
    workspace.remove();
  }
}

/** A kustomization that only lists files needs no rendering. */
function asWritten({ resources, files, sources }: Closure, shown: (absolute: string) => string): Rendered {
  const read = [...resources].sort().map((path) => decodeSource(files.get(path)!, shown(path)));
  return {
    parsed: read.filter(({ diagnostic }) => !diagnostic).map(({ file }) => parseYamlFile(file)),
    sources: [...sources, ...read.map(({ file }) => file)],
    diagnostics: read.flatMap(({ diagnostic }) => diagnostic ?? []),
  };
}

/** Reads the rendered objects one by one. */
class Reading {
  private readonly sources = new Map<string, SourceFile>();
  private readonly written = new Map<string, readonly MappingNode[]>();
  private readonly objects = new Map<SourceFile, Node[]>();

  constructor(
    private readonly closure: Closure,
    private readonly workspace: Workspace,
    private readonly shown: (absolute: string) => string,
  ) {}

  read(text: string): Rendered {
    readDocuments(text, ({ root }) => {
      const mapping = asMapping(root);
      if (mapping) this.take(mapping);
    });
    return {
      parsed: [...this.objects].map(([file, objects]) => parseObjects(file, objects)),
      sources: [...this.closure.sources, ...this.sources.values()],
      diagnostics: [],
    };
  }

  private take(rendered: MappingNode): void {
    const { object, path } = originOf(rendered);
    const absolute = path === undefined ? undefined : this.workspace.originalOf(path);
    const file = absolute === undefined ? undefined : this.sourceOf(absolute);
    const written = file && writtenAs(object, this.writtenIn(file));
    const place = file ?? this.closure.sources[0]!;
    const located = written ? relocate(object, written) : moveTo(object, { start: 0, end: 0 });
    this.objects.set(place, [...(this.objects.get(place) ?? []), located]);
  }

  private sourceOf(absolute: string): SourceFile | undefined {
    const known = this.sources.get(absolute);
    if (known) return known;
    const content = this.closure.files.get(absolute);
    if (!content) return undefined;
    const { file } = decodeSource(content, this.shown(absolute));
    this.sources.set(absolute, file);
    return file;
  }

  private writtenIn(file: SourceFile): readonly MappingNode[] {
    const known = this.written.get(file.path) ?? objectsIn(file.text);
    this.written.set(file.path, known);
    return known;
  }
}
