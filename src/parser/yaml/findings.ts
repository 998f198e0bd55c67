import { shortened } from "../quoted.js";
import { LIMITS } from "./limits.js";
import type { Node, Range } from "./node.js";
import type { Problem } from "./problem.js";

/** What is wrong with one document beyond its syntax, and how much its aliases stand for. */
export class Findings {
  readonly broken = new Set<Node>();
  readonly problems: Problem[] = [];
  private expanded = 0;

  constructor(
    /** Of the file. */
    readonly text: string,
  ) {}

  report(problem: Problem, node: Node | undefined): void {
    this.problems.push(problem);
    if (node && problem.severity === "error") this.broken.add(node);
  }

  textAt({ start, end }: Range): string {
    return this.text.slice(start, end);
  }

  /** Counts what an alias or a merge key stands for; false, with one problem a document, when it is too much. */
  expand(size: number, range: Range): boolean {
    const before = this.expanded;
    this.expanded += size;
    if (this.expanded <= LIMITS.aliasNodes) return true;
    if (before <= LIMITS.aliasNodes)
      this.report(
        {
          rule: "alias-limit",
          severity: "error",
          message: `the aliases of this document expand to more than ${LIMITS.aliasNodes} nodes`,
          range,
          help: "write the values out, or split the document",
        },
        undefined,
      );
    return false;
  }

  /** Reports a number that is none in JSON. */
  checkNumber(node: Node): void {
    if (node.type !== "float" || Number.isFinite(node.value)) return;
    this.report(
      {
        rule: "yaml-number",
        severity: "error",
        message: `${shortened(this.textAt(node), 40)} is a number that kubectl cannot send`,
        range: node,
        help: "quote it if it is text",
      },
      node,
    );
  }

  /** A value that stands for one which cannot be read. */
  nothing(range: Range): Node {
    const node: Node = { type: "null", value: null, start: range.start, end: range.end };
    this.broken.add(node);
    return node;
  }
}

export interface DocumentTree {
  readonly root: Node;
  /** Nodes with an error of their own: whatever contains them is not what its author wrote. */
  readonly broken: ReadonlySet<Node>;
  /** What is wrong with its text; among those that reading all documents returns. */
  readonly problems: readonly Problem[];
}
