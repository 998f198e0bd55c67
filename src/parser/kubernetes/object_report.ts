import type { Code } from "../../source/codes.js";
import type { Diagnostic, Note, ObjectName, Severity } from "../../source/diagnostic.js";
import type { LabelSelector } from "../../ir/policy.js";
import type { Fix } from "../../source/edit.js";
import { messageLine, shortened } from "../quoted.js";
import type { Node, Range } from "../yaml/node.js";
import { spanOf } from "../yaml/problem.js";
import type { MappingEdits } from "./mapping_edits.js";
import { isPlaceholder } from "./placeholders.js";

interface Extra {
  readonly help?: string;
  readonly notes?: readonly Note[];
  readonly fix?: Fix;
  /** See `Diagnostic.compiles`. */
  readonly compiles?: boolean;
  /** See `Diagnostic.noTier`. */
  readonly noTier?: boolean;
}

/** Blocks in canonical text: the addresses of the nodes that a selector chooses. */
export type NodeBlocks = (selector: LabelSelector) => readonly string[];

/**
 * Collects the errors of one Kubernetes object. Each finding names the field as the API server does
 * (`spec.ingress[0].ports[0].port`) and points at its value, or at the parent of an absent one.
 */
export class ObjectReport {
  /** The object cannot be used: some finding is an error that does not compile. */
  failed = false;
  /** Errors of the API server's decoder or validation. It issues warnings only if there are none. */
  errors = 0;
  /** The object is not a tier policy, so tier findings do not depend on it. */
  noTier = false;
  /** Left out: the nodes of the cluster are not known, so peers that are nodes are of a kind that is not supported. */
  nodeBlocks: NodeBlocks | undefined;
  /** The API only knows the object's definition, and stores selectors and finalizers unchecked. */
  isCustom = false;
  /** The object is not a policy. */
  noPolicy = false;
  /** See `Diagnostic.object`. */
  object: ObjectName | undefined;
  /** A placeholder that a tool replaces before the API server sees it, and that the API would reject. */
  placeholder: Range | undefined;
  /**
   * Nodes of a wrong type, and mappings with an unknown field or a value of a wrong type. Their meaning is unknown, so their
   * missing or odd fields are not reported as well.
   */
  private readonly unreadable = new Set<Node>();

  constructor(
    readonly file: string,
    private readonly diagnostics: Diagnostic[],
    /** Changes of the document that holds the object. */
    readonly edits: MappingEdits,
  ) {}

  markUnreadable(node: Node): void {
    this.unreadable.add(node);
  }

  /** False if the node has a structural error, which was reported. */
  readable(node: Node): boolean {
    return !this.unreadable.has(node);
  }

  error(rule: Code, at: Range, path: string, text: string, extra: Extra = {}): void {
    this.errors++;
    if (isPlaceholder(at)) {
      this.placeholder ??= at;
      this.failed = true;
    }
    if (!extra.compiles) this.failed = true;
    this.add(rule, "error", at, path, text, extra);
  }

  /** An error in a selector that nothing can evaluate, whether the API rejects it or not. */
  selectorError(rule: Code, at: Range, path: string, text: string, extra: Extra = {}): void {
    const stored = this.isCustom ? "; the API stores this selector, but it cannot be compiled" : "";
    this.error(rule, at, path, `${text}${stored}`, extra);
  }

  warning(rule: Code, at: Range, path: string, text: string, extra: Extra = {}): void {
    this.add(rule, "warning", at, path, text, extra);
  }

  note(rule: Code, at: Range, text: string, extra: Extra = {}): void {
    this.add(rule, "note", at, "", text, extra);
  }

  /** What is known about the object that an error leaves out. */
  leftOut(): Pick<Diagnostic, "noTier" | "noPolicy" | "object"> {
    return {
      ...(this.noTier && { noTier: true }),
      ...(this.noPolicy && { noPolicy: true }),
      ...(this.object && { object: this.object }),
    };
  }

  private add(rule: Code, severity: Severity, at: Range, path: string, text: string, extra: Extra) {
    const message = messageLine(path === "" ? text : `${shortened(path, 300)}: ${text}`);
    const help = extra.help === undefined ? {} : { help: messageLine(extra.help) };
    const left = severity === "error" ? this.leftOut() : {};
    this.diagnostics.push({
      rule,
      severity,
      message,
      span: spanOf(this.file, at),
      ...left,
      ...extra,
      ...help,
    });
  }
}
