/** The files of a run, from the given ones through their imports, none of them outside the root. */
import type { Code } from "../../source/codes.js";
import { basename, dirname, join } from "node:path";
import type TS from "typescript";
import { LIMITS } from "./limits.js";
import { parseSource } from "./parse_source.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { SourceFile } from "../../source/source_file.js";
import { findImports } from "./imports.js";
import type { FoundImport } from "./imports.js";
import { isInside, shownPath } from "../../source/paths.js";
import type { InputError, Inputs } from "./inputs.js";

export interface PolicyModule {
  /** Absolute, symbolic links followed: what the file is known by. */
  readonly path: string;
  readonly source: SourceFile;
  readonly ast: TS.SourceFile;
  /** The text can be parsed; else the tree is that of an empty file. */
  readonly sound: boolean;
  /** Modules by specifier; `polc` is not among them. */
  readonly imports: Map<string, PolicyModule>;
  /** Where the imports that were refused are written: what TypeScript says about them is no news. */
  readonly refused: FoundImport[];
}

const DEEP = `nests deeper than ${LIMITS.nesting} levels`;

const RULES: Partial<Record<InputError, Code>> = {
  "is too large": "file-too-large",
  "is not UTF-8 text": "invalid-utf8",
};

export class ModuleGraph {
  readonly modules = new Map<string, PolicyModule>();
  readonly diagnostics: Diagnostic[] = [];
  /** Of files that could not be read, too, so that a diagnostic has a file to point into. */
  readonly sources: SourceFile[] = [];
  /** Modules whose imports are not followed yet. */
  private readonly unread: PolicyModule[] = [];

  /**
   * @param root absolute, symbolic links followed
   * @param cwd what paths are shown relative to
   */
  constructor(
    private readonly root: string,
    private readonly cwd: string,
    private readonly inputs: Inputs,
  ) {}

  /** A file that the user named. */
  addRoot(path: string): PolicyModule | undefined {
    const display = shownPath(path, this.cwd);
    const input = this.inputs.read(path);
    if (typeof input !== "string") return this.addWithImports(input.real, display, input.text);
    this.sources.push(new SourceFile(display, ""));
    this.error(RULES[input] ?? "unreadable-file", { file: display, start: 0, end: 0 }, `${display} ${input}`);
    return undefined;
  }

  /** Without recursion: a chain of imports may be long. */
  private addWithImports(real: string, display: string, text: string): PolicyModule {
    const root = this.add(real, display, text);
    for (let next = this.unread.pop(); next; next = this.unread.pop())
      for (const found of findImports(next.ast)) this.follow(next, found);
    return root;
  }

  private add(real: string, display: string, text: string): PolicyModule {
    const known = this.modules.get(real);
    if (known) return known;
    const source = new SourceFile(display, text);
    const parsed = parseSource(real, text);
    if (!parsed) this.error("nesting-limit", { file: display, start: 0, end: 0 }, `${display} ${DEEP}`);
    const ast = parsed ?? parseSource(real, "")!;
    const module: PolicyModule = {
      path: real,
      source,
      ast,
      sound: parsed !== undefined,
      imports: new Map(),
      refused: [],
    };
    this.modules.set(real, module);
    this.sources.push(source);
    this.unread.push(module);
    return module;
  }

  private follow(from: PolicyModule, found: FoundImport): void {
    const { specifier, start, end } = found;
    if (specifier === "polc" && !found.dynamic) return;
    const span = { file: from.source.path, start, end };
    const refuse = (rule: Code, message: string, help?: string) => {
      from.refused.push(found);
      this.error(rule, span, message, help);
    };
    if (found.dynamic)
      return refuse(
        "forbidden-import",
        "a policy file cannot import while it runs",
        "import at the top of the file",
      );
    if (found.reference)
      return refuse("forbidden-import", "a policy file cannot have reference directives", "remove it");
    if (specifier === undefined || !/^\.\.?\//.test(specifier))
      return refuse(
        "forbidden-import",
        `a policy file cannot import ${specifier === undefined ? "this" : `"${specifier}"`}`,
        'import only from "polc" and from files of the project by relative paths',
      );
    const candidates = candidatesOf(join(dirname(from.path), specifier));
    if (candidates.length === 0)
      return refuse(
        "forbidden-import",
        `"${specifier}" does not end in .ts or .js`,
        `write "${specifier}.js"`,
      );
    if (!candidates.every((path) => isInside(path, this.root)))
      return refuse("forbidden-import", ...outside(specifier));
    for (const path of candidates) {
      const input = this.inputs.read(path);
      if (input === "does not exist") continue;
      if (input === "is outside the project") return refuse("forbidden-import", ...outside(specifier));
      if (typeof input === "string") return refuse("unresolved-import", `"${specifier}" ${input}`);
      from.imports.set(specifier, this.add(input.real, shownPath(path, this.cwd), input.text));
      return;
    }
    refuse("unresolved-import", `"${specifier}" does not exist`);
  }

  private error(rule: Code, span: Diagnostic["span"], message: string, help?: string): void {
    this.diagnostics.push({ rule, severity: "error", message, span, ...(help && { help }) });
  }
}

function outside(specifier: string): [message: string, help: string] {
  return [`"${specifier}" is outside the project`, "import only files inside the project's folder"];
}

/** The files that a specifier may mean, as TypeScript has it: `./a.js` is `a.ts` if there is one. */
function candidatesOf(path: string): string[] {
  const name = basename(path);
  if (/\.d\.ts$/.test(name)) return [];
  if (name.endsWith(".ts")) return [path];
  return name.endsWith(".js") ? [path.slice(0, -3) + ".ts", path] : [];
}
