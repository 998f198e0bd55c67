/**
 * Rewrites a policy module so that every node knows the call that made it: `allow(a).to(b)` becomes
 * `mark(7, allow(a).to(b))`, where 7 is the index of a call site that stays outside the sandbox. Chains of calls are
 * marked once, at their whole extent. Loops get a call in their body, so that a stopped loop has a place, and `throw`
 * statements one around what they throw.
 */
import type TS from "typescript";
import { ts } from "../typescript.js";
import type { Call, Shape, Site } from "../lower/place.js";
import { NODE } from "./own_modules.js";
import { SourcePositions } from "../source_positions.js";

export interface Instrumented {
  readonly code: string;
  /** What the code imports beside what the source does. */
  readonly imports: Readonly<Record<string, string>>;
  /** From the code's lines and columns to offsets of the source. */
  readonly positions: SourcePositions;
}

/** @param sites the table to which this module's call sites are added */
export function instrument(ast: TS.SourceFile, path: string, sites: Site[]): Instrumented {
  const names: Names = {
    mark: freeName(ast.text, "mark"),
    tick: freeName(ast.text, "tick"),
    throwing: freeName(ast.text, "throwing"),
  };
  const { outputText, sourceMapText } = ts.transpileModule(ast.text, {
    fileName: ast.fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      isolatedModules: true,
      allowJs: true,
    },
    transformers: {
      before: [(context) => (file) => new Instrumenter(context, file, path, sites, names).file()],
    },
  });
  const prologue = `import{${Object.entries(names)
    .map(([name, as]) => `${name} as ${as}`)
    .join()}}from"${NODE}";`;
  return {
    code: prologue + outputText,
    imports: { [NODE]: NODE },
    positions: new SourcePositions(sourceMapText!, ast, prologue.length),
  };
}

/** The functions of dsl/node.ts that the code calls, by the names that it has for them. */
interface Names {
  readonly mark: string;
  readonly tick: string;
  readonly throwing: string;
}

/** A name that the text does not hold, so that the module cannot call what is under it. */
function freeName(text: string, purpose: string): string {
  let number = 0;
  while (text.includes(`__polc_${purpose}_${number}`)) number++;
  return `__polc_${purpose}_${number}`;
}

class Instrumenter {
  constructor(
    private readonly context: TS.TransformationContext,
    private readonly source: TS.SourceFile,
    private readonly path: string,
    private readonly sites: Site[],
    private readonly names: Names,
  ) {}

  file(): TS.SourceFile {
    return ts.visitEachChild(this.source, (node) => this.visit(node), this.context);
  }

  private visit(node: TS.Node): TS.Node {
    if (ts.isCallExpression(node) && isOrdinary(node)) return this.marked(node);
    if (ts.isIterationStatement(node, false)) return this.ticking(node);
    if (ts.isThrowStatement(node)) return this.throwing(node);
    return ts.visitEachChild(node, (child) => this.visit(child), this.context);
  }

  private marked(chain: TS.CallExpression): TS.Expression {
    const calls: Call[] = [];
    const inner = this.spine(chain, calls) as TS.Expression;
    return this.around(this.names.mark, chain, inner, calls);
  }

  /** `name(site, inner)`, with the site of `node`. */
  private around(
    name: string,
    node: TS.Expression,
    inner: TS.Expression,
    calls: readonly Call[],
  ): TS.Expression {
    const site = this.sites.push({ file: this.path, ...this.extent(node), calls }) - 1;
    const { factory } = this.context;
    const call = factory.createCallExpression(factory.createIdentifier(name), undefined, [
      factory.createNumericLiteral(site),
      inner,
    ]);
    return ts.setSourceMapRange(call, node);
  }

  private throwing(statement: TS.ThrowStatement): TS.ThrowStatement {
    const { factory } = this.context;
    const value = this.visit(statement.expression) as TS.Expression;
    return factory.updateThrowStatement(
      statement,
      this.around(this.names.throwing, statement.expression, value, []),
    );
  }

  /** Down `a(x).b[y].c(z)` from its last call to its start; arguments and indices are not of the chain. */
  private spine(node: TS.Node, calls: Call[]): TS.Node {
    if (!isLink(node)) return this.visit(node);
    const replaced = ts.visitEachChild(
      node,
      (child) => (child === node.expression ? this.spine(child, calls) : this.visit(child)),
      this.context,
    );
    if (ts.isCallExpression(node))
      calls.push({
        name: calledName(node.expression),
        arguments: node.arguments.map((each) => this.shape(each)),
      });
    return replaced;
  }

  private ticking(loop: TS.IterationStatement): TS.Node {
    const { factory } = this.context;
    const site = this.sites.push({ file: this.path, ...this.extent(loop), calls: [] }) - 1;
    const call = factory.createCallExpression(factory.createIdentifier(this.names.tick), undefined, [
      factory.createNumericLiteral(site),
    ]);
    const start = loop.getStart(this.source);
    ts.setSourceMapRange(call, { pos: start, end: start });
    const tick = factory.createExpressionStatement(call);
    return ts.visitEachChild(
      loop,
      (child) => {
        const visited = this.visit(child);
        return child === loop.statement
          ? factory.createBlock([tick, visited as TS.Statement], true)
          : visited;
      },
      this.context,
    );
  }

  private extent(node: TS.Node): { start: number; end: number } {
    return { start: node.getStart(this.source), end: node.end };
  }

  private shape(node: TS.Expression): Shape {
    const extent = this.extent(node);
    const inner = unwrapped(node);
    if (ts.isArrayLiteralExpression(inner) && !inner.elements.some(ts.isSpreadElement))
      return { ...extent, items: inner.elements.map((each) => this.shape(each)) };
    if (ts.isObjectLiteralExpression(inner)) return { ...extent, properties: this.properties(inner) };
    return extent;
  }

  /** The properties whose place is certain: a spread may replace the ones before it. */
  private properties(literal: TS.ObjectLiteralExpression): Map<string, Shape> {
    const properties = new Map<string, Shape>();
    for (const member of literal.properties) {
      if (ts.isSpreadAssignment(member)) properties.clear();
      else if (ts.isShorthandPropertyAssignment(member))
        properties.set(member.name.text, this.extent(member));
      else if (ts.isPropertyAssignment(member) && !ts.isComputedPropertyName(member.name))
        properties.set(member.name.text, { ...this.shape(member.initializer), ...this.extent(member) });
    }
    return properties;
  }
}

type Link =
  | TS.CallExpression
  | TS.PropertyAccessExpression
  | TS.ElementAccessExpression
  | TS.NonNullExpression
  | TS.ParenthesizedExpression;

function isLink(node: TS.Node): node is Link {
  return (
    (ts.isCallExpression(node) && node.expression.kind !== ts.SyntaxKind.SuperKeyword) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isElementAccessExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isParenthesizedExpression(node)
  );
}

/** `super(...)` is no value's method, and a call inside `a?.b()` ends with the whole of it. */
function isOrdinary(call: TS.CallExpression): boolean {
  const { kind } = call.expression;
  return (
    kind !== ts.SyntaxKind.SuperKeyword &&
    kind !== ts.SyntaxKind.ImportKeyword &&
    !(call.flags & ts.NodeFlags.OptionalChain)
  );
}

function calledName(callee: TS.Expression): string {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  return ts.isIdentifier(callee) ? callee.text : "";
}

/** Without parentheses, `as`, `satisfies` and `!`. */
function unwrapped(node: TS.Expression): TS.Expression {
  const wraps =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node);
  return wraps ? unwrapped(node.expression) : node;
}
