import native, { posix } from "node:path";
import type { PlatformPath } from "node:path";
import type TS from "typescript";
import { ts } from "./typescript.js";
import type { Diagnostic, Note } from "../../source/diagnostic.js";
import { slashed } from "../../source/paths.js";
import { printable } from "../../source/printable.js";
import type { PolicyModule } from "./module_graph.js";
import { SURFACE_TYPES, isOwnFile, ownImport } from "./sandbox/own_modules.js";

/** What a policy file has of ES2023: parsing all of it would take longer than all other checking. */
const LANGUAGE = [
  "es5",
  "es2015.collection",
  "es2015.core",
  "es2015.generator",
  "es2015.iterable",
  "es2015.promise",
  "es2015.proxy",
  "es2015.reflect",
  "es2015.symbol",
  "es2015.symbol.wellknown",
  "es2016.array.include",
  "es2017.object",
  "es2017.string",
  "es2018.asyncgenerator",
  "es2018.asynciterable",
  "es2018.promise",
  "es2018.regexp",
  "es2019.array",
  "es2019.object",
  "es2019.string",
  "es2019.symbol",
  "es2020.promise",
  "es2020.string",
  "es2020.symbol.wellknown",
  "es2021.promise",
  "es2021.string",
  "es2022.array",
  "es2022.error",
  "es2022.object",
  "es2022.regexp",
  "es2022.string",
  "es2023.array",
  "es2023.collection",
] as const;

const OPTIONS: TS.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: LANGUAGE.map((part) => `lib.${part}.d.ts`),
  types: [],
  skipLibCheck: true,
  isolatedModules: true,
  // A file without imports and exports is a module too: its names are not those of the others.
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  allowJs: true,
  checkJs: true,
};

/** TypeScript's codes for a name that it does not know, with or without a guess of where it comes from. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2868,
]);

/** The type errors of the modules, by module. */
export function typeCheck(
  graph: ReadonlyMap<string, PolicyModule>,
  platform: PlatformPath = native,
): Map<PolicyModule, Diagnostic[]> {
  // The compiler writes every path with `/`, on Windows too: so do this file's maps.
  const modules = new Map([...graph].map(([path, module]) => [slashed(path, platform), module]));
  // Imported files first: the compiler follows a chain of imports by recursion.
  const rootNames = [...modules.keys()].reverse();
  const createProgram = () =>
    ts.createProgram({ rootNames, options: OPTIONS, host: new Host(modules, platform) });
  let program = createProgram();
  const errors = new Map<PolicyModule, Diagnostic[]>();
  for (const module of modules.values()) {
    if (!module.sound) continue;
    try {
      const found = diagnosticsOf(program, slashed(module.path, platform)).filter(
        (diagnostic) => !isAboutRefused(diagnostic, module),
      );
      const lowered = found.map((diagnostic) => lowerDiagnostic(diagnostic, module, modules));
      if (lowered.length > 0) errors.set(module, lowered);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // The checker recursed out of stack; what it knows so far cannot be relied on.
      program = createProgram();
      const span = { file: module.source.path, start: 0, end: 0 };
      const message = `${module.source.path} has types nested too deep to check`;
      errors.set(module, [{ rule: "nesting-limit", severity: "error", message, span }]);
    }
  }
  return errors;
}

function diagnosticsOf(program: TS.Program, path: string): readonly TS.Diagnostic[] {
  const file = program.getSourceFile(path);
  const syntax = program.getSyntacticDiagnostics(file);
  return syntax.length > 0 ? syntax : program.getSemanticDiagnostics(file);
}

function isAboutRefused({ start }: TS.Diagnostic, { refused }: PolicyModule): boolean {
  return start !== undefined && refused.some((place) => place.start <= start && start < place.end);
}

function lowerDiagnostic(
  { code, messageText, start = 0, length = 0, relatedInformation = [] }: TS.Diagnostic,
  module: PolicyModule,
  modules: ReadonlyMap<string, PolicyModule>,
): Diagnostic {
  const notes = relatedInformation.flatMap(({ file, start = 0, length = 0, messageText }): Note[] => {
    const other = file && modules.get(file.fileName);
    if (!other) return [];
    return [{ message: flat(messageText), span: { file: other.source.path, start, end: start + length } }];
  });
  return {
    rule: `TS${code}`,
    severity: "error",
    message: flat(messageText),
    span: { file: module.source.path, start, end: start + length },
    ...(notes.length > 0 && { notes }),
    ...(UNKNOWN_NAME.has(code) && {
      help: "policy files cannot use processes, the network, files, the clock or randomness, only the language and what they import",
    }),
  };
}

function flat(message: string | TS.DiagnosticMessageChain): string {
  return printable(ts.flattenDiagnosticMessageText(message, "\n").replace(/\s*\n\s*/g, " "));
}

/** The language's and the surface's declarations, parsed once in a process. */
const declarations = new Map<string, TS.SourceFile>();

const LIBRARY = posix.dirname(slashed(ts.getDefaultLibFilePath(OPTIONS)));

/** Shows the type checker the modules, the surface's declarations and the language's own, and no other file. */
class Host implements TS.CompilerHost {
  /** @param modules by their paths with `/` */
  constructor(
    private readonly modules: ReadonlyMap<string, PolicyModule>,
    private readonly platform: PlatformPath,
  ) {}

  getSourceFile(
    path: string,
    options: TS.ScriptTarget | TS.CreateSourceFileOptions,
  ): TS.SourceFile | undefined {
    const known = declarations.get(path);
    if (known) return known;
    const text = this.readFile(path);
    if (text === undefined) return undefined;
    const parsed = ts.createSourceFile(path, text, options);
    if (!this.modules.has(path)) declarations.set(path, parsed);
    return parsed;
  }

  readFile(path: string): string | undefined {
    return this.modules.get(path)?.ast.text ?? (isShown(path) ? ts.sys.readFile(path) : undefined);
  }

  fileExists(path: string): boolean {
    return this.modules.has(path) || (isShown(path) && ts.sys.fileExists(path));
  }

  resolveModuleNameLiterals(
    literals: readonly TS.StringLiteralLike[],
    from: string,
  ): readonly TS.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map(({ text }) => {
      const path = this.resolve(text, from);
      if (path === undefined) return { resolvedModule: undefined };
      return {
        resolvedModule: {
          resolvedFileName: path,
          extension: extensionOf(path),
          isExternalLibraryImport: false,
        },
      };
    });
  }

  resolveTypeReferenceDirectiveReferences(
    names: readonly unknown[],
  ): readonly TS.ResolvedTypeReferenceDirectiveWithFailedLookupLocations[] {
    return names.map(() => ({ resolvedTypeReferenceDirective: undefined }));
  }

  getDefaultLibFileName(): string {
    return posix.join(LIBRARY, "lib.es2023.d.ts");
  }

  getDefaultLibLocation(): string {
    return LIBRARY;
  }

  getCurrentDirectory(): string {
    return "/";
  }

  getCanonicalFileName(path: string): string {
    return path;
  }

  useCaseSensitiveFileNames(): boolean {
    return true;
  }

  getNewLine(): string {
    return "\n";
  }

  writeFile(): void {}

  private resolve(specifier: string, from: string): string | undefined {
    if (isOwnFile(from)) return ownImport(from, specifier);
    if (specifier === "polc") return SURFACE_TYPES;
    const imported = this.modules.get(from)?.imports.get(specifier);
    return imported && slashed(imported.path, this.platform);
  }
}

function isShown(path: string): boolean {
  return (
    isOwnFile(path) ||
    (posix.dirname(path) === LIBRARY &&
      /^lib\.es[\w.]*\.d\.ts$|^lib\.decorators[\w.]*\.d\.ts$/.test(path.slice(LIBRARY.length + 1)))
  );
}

function extensionOf(path: string): TS.Extension {
  if (path.endsWith(".d.ts")) return ts.Extension.Dts;
  return path.endsWith(".ts") ? ts.Extension.Ts : ts.Extension.Js;
}
