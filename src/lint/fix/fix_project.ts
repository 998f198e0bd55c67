import { resolve } from "node:path";
import { meansTheSame } from "../../analysis/diff/semantic_diff.js";
import type { ReadProject } from "../../parser/project.js";
import { isError } from "../../source/diagnostic.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { inScopes } from "../scopes/scopes.js";
import type { Scopes } from "../scopes/scopes.js";
import { applyFixes } from "./apply_edits.js";

export interface FixOptions {
  /** The folder that paths in spans are relative to. */
  readonly cwd: string;
  /** Also apply fixes that may change a verdict, or lose a comment. */
  readonly unsafe: boolean;
  /** Reads the project with these texts instead of those on disk, by absolute path. */
  readonly read: (contents: ReadonlyMap<string, Buffer>) => Promise<ReadProject>;
  readonly lint: (project: ReadProject) => readonly Diagnostic[];
  readonly scopes: (project: ReadProject) => Scopes;
}

export interface Fixed {
  readonly project: ReadProject;
  /** The remaining findings. */
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that changed, by absolute path. */
  readonly contents: ReadonlyMap<string, Buffer>;
  /** How many findings were fixed. */
  readonly fixed: number;
}

/** A fix can make room for another: this is how many rounds look for more. */
const MAX_ROUNDS = 10;

/**
 * Applies fixes in memory until there are none left. The result of safe fixes is read again and proved to mean the same
 * in every scope; a fix that fails this is not applied.
 */
export async function fixProject(
  project: ReadProject,
  diagnostics: readonly Diagnostic[],
  options: FixOptions,
): Promise<Fixed> {
  const fixer = new Fixer(project, diagnostics, options);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = fixer.fixed;
    await fixer.make(fixer.candidates(true), true);
    if (options.unsafe) await fixer.make(fixer.candidates(false), false);
    if (fixer.fixed === before) break;
  }
  return fixer;
}

class Fixer implements Fixed {
  contents: ReadonlyMap<string, Buffer> = new Map();
  fixed = 0;
  private readonly refused = new Set<string>();

  constructor(
    public project: ReadProject,
    public diagnostics: readonly Diagnostic[],
    private readonly options: FixOptions,
  ) {}

  candidates(safe: boolean): readonly Diagnostic[] {
    return this.diagnostics.filter((each) => each.fix?.safe === safe && !this.refused.has(idOf(each)));
  }

  /** Tries all fixes at once, and if that fails, each half, so that one bad fix does not cost the others. */
  async make(found: readonly Diagnostic[], prove: boolean): Promise<void> {
    if (found.length === 0) return;
    const { contents, made } = this.edited(found);
    const project = await this.options.read(contents);
    if (this.isSound(project) && (!prove || this.isSame(project))) {
      [this.project, this.contents] = [project, contents];
      this.fixed += made;
      this.diagnostics = this.options.lint(project);
      return;
    }
    if (found.length === 1) {
      this.refused.add(idOf(found[0]!));
      return;
    }
    await this.make(found.slice(0, found.length / 2), prove);
    // Places have moved since, so the next round finds the other half again.
    const rest = new Set(found.slice(found.length / 2).map(({ rule }) => rule));
    const again = this.candidates(prove).filter(({ rule }) => rest.has(rule));
    await this.make(again.slice(0, found.length - 1), prove);
  }

  private edited(found: readonly Diagnostic[]): { contents: ReadonlyMap<string, Buffer>; made: number } {
    const contents = new Map(this.contents);
    let made = 0;
    for (const file of new Set(found.map(({ span }) => span.file))) {
      const fixes = found.flatMap((each) => (each.span.file === file && each.fix ? [each.fix] : []));
      const applied = applyFixes(this.project.sources.get(file)!.text, fixes);
      contents.set(resolve(this.options.cwd, file), Buffer.from(applied.text));
      made += applied.made.length;
    }
    return { contents, made };
  }

  private isSound(after: ReadProject): boolean {
    const errors = ({ diagnostics }: ReadProject) => diagnostics.filter(isError).length;
    return errors(after) <= errors(this.project);
  }

  private isSame(after: ReadProject): boolean {
    const before = this.project;
    const scopes = this.options.scopes(before);
    const [were, are] = [inScopes(before.policies, scopes), inScopes(after.policies, scopes)];
    return scopes.all.every((scope) => meansTheSame(were(scope), are(scope)));
  }
}

function idOf({ rule, span }: Diagnostic): string {
  return `${rule} ${span.file} ${span.start}`;
}
