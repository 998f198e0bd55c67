import type TS from "typescript";
import { ts } from "./typescript.js";

/** A place where a file names another one. */
export interface FoundImport {
  /** undefined: not a literal. */
  readonly specifier: string | undefined;
  readonly start: number;
  readonly end: number;
  /** `import(...)` as an expression. */
  readonly dynamic: boolean;
  /** `/// <reference ... />` */
  readonly reference: boolean;
}

/** Everything in a file that makes TypeScript or the evaluation look for another file, in the order of the text. */
export function findImports(source: TS.SourceFile): FoundImport[] {
  const found: FoundImport[] = [];
  const add = (node: TS.Node, specifier: TS.Node | undefined, dynamic = false) =>
    found.push({
      specifier: specifier && ts.isStringLiteralLike(specifier) ? specifier.text : undefined,
      start: node.getStart(source),
      end: node.end,
      dynamic,
      reference: false,
    });
  for (const { pos, end } of [
    ...source.referencedFiles,
    ...source.typeReferenceDirectives,
    ...source.libReferenceDirectives,
  ])
    found.push({ specifier: undefined, start: pos, end, dynamic: false, reference: true });
  const visit = (node: TS.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      add(node.moduleSpecifier, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.parent, node.expression);
    else if (ts.isImportTypeNode(node)) {
      const literal = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument;
      add(literal, literal);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node, node.arguments[0], true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
