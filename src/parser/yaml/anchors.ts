import { quoted } from "../quoted.js";
import type { Findings } from "./findings.js";
import { sizeOf } from "./node.js";
import type { Node, Range } from "./node.js";

/** The anchored nodes of one document. */
export class Anchors {
  /** undefined while the node is being read. */
  private readonly nodes = new Map<string, Node | undefined>();

  constructor(private readonly findings: Findings) {}

  open(name: string): void {
    this.nodes.set(name, undefined);
  }

  set(name: string, node: Node): void {
    this.nodes.set(name, node);
  }

  /** The very node that an alias stands for, or one for what cannot be read. */
  alias(name: string, range: Range): Node {
    const target = this.nodes.get(name);
    if (target) return this.findings.expand(sizeOf([target]), range) ? target : this.findings.nothing(range);
    const node = this.findings.nothing(range);
    this.findings.report(
      {
        rule: "yaml-alias",
        severity: "error",
        message: this.nodes.has(name)
          ? `the alias ${quoted(name)} is inside its own anchor`
          : `no anchor ${quoted(name)} precedes this alias`,
        range,
        help: "anchor a node with this name earlier in the same document",
      },
      node,
    );
    return node;
  }
}
