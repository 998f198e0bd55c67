/** One YAML or JSON file: from its text to policies and inventory. */
import type { EndpointSlice, Namespace, Node as ClusterNode, Pod, Service } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic, ObjectName } from "../source/diagnostic.js";
import type { SourceFile } from "../source/source_file.js";
import { accessOf, accountUse } from "./kubernetes/makers/access.js";
import type { Access } from "./kubernetes/makers/access.js";
import { customResources } from "./kubernetes/makers/custom_resource.js";
import type { PodMaker } from "./kubernetes/makers/pod_makers.js";
import { readNamespace, readPod, readWorkload } from "./kubernetes/inventory/inventory_objects.js";
import { readNode } from "./kubernetes/inventory/node_object.js";
import { readEndpointSlice } from "./kubernetes/inventory/endpoint_slice.js";
import { readService } from "./kubernetes/inventory/service_object.js";
import { hasFinished } from "./kubernetes/inventory/running_pod.js";
import { MappingEdits } from "./kubernetes/mapping_edits.js";
import { readNetworkPolicy } from "./kubernetes/policies/network_policy.js";
import {
  looksLikeObject,
  recognise,
  textLooksLikeObject,
  textMayBePolicy,
} from "./kubernetes/object_kind.js";
import type { Recognised } from "./kubernetes/object_kind.js";
import { ObjectReport } from "./kubernetes/object_report.js";
import type { NodeBlocks } from "./kubernetes/object_report.js";
import { hasPlaceholder, placeholderOfNames } from "./kubernetes/placeholders.js";
import { observe, observeMetadata } from "./kubernetes/observations.js";
import { readTierPolicy } from "./kubernetes/tiers/tier_policy.js";
import { TEMPLATE } from "./parsed_file.js";
import { messageLine } from "./quoted.js";
import type { Observation, ParsedFile } from "./parsed_file.js";
import { formOf } from "./repeated/document_form.js";
import type { DocumentForm } from "./repeated/document_form.js";
import type { RepeatedDocuments } from "./repeated/repeated_documents.js";
import { UNREAD, readDocuments } from "./yaml/read_documents.js";
import type { DocumentTree } from "./yaml/findings.js";
import { LIMITS } from "./yaml/limits.js";
import { asMapping, entriesOf, entryOf, get, itemsOf, textOf } from "./yaml/node.js";
import type { Entry, MappingNode, Node, Range } from "./yaml/node.js";
import { spanOf, toDiagnostic } from "./yaml/problem.js";
import type { Problem } from "./yaml/problem.js";

export interface ParsedYamlFile extends ParsedFile {
  /** Kubernetes objects of kinds that are not read. */
  readonly ignored: number;
  /** Those of them that may make pods. */
  readonly customResources: readonly PodMaker[];
  /** Who may make pods by the API. */
  readonly access: readonly Access[];
}

/** Does it hold NetworkPolicies alone, with nothing to report? Then no other file's contents depend on more than these. */
export function holdsPoliciesOnly(file: ParsedYamlFile): boolean {
  const { policies, inventory, claims, diagnostics, customResources, access, ignored } = file;
  const others = [claims, diagnostics, customResources, access, ...Object.values(inventory)];
  return (
    ignored === 0 &&
    policies.length > 0 &&
    policies.every(({ tier }) => tier === "networkpolicy") &&
    others.every((list) => (list as readonly unknown[]).length === 0)
  );
}

export interface ParseYamlOptions {
  /** The user named this file: a document that is no Kubernetes object is then an error, not something else's. */
  readonly named?: boolean;
  /** What documents of other files held. This file's are added. */
  readonly repeated?: RepeatedDocuments;
}

/** Reads every object of a file. What is wrong is in `diagnostics`, in the order of the text; nothing is thrown. */
export function parseYamlFile(file: SourceFile, options: ParseYamlOptions = {}): ParsedYamlFile {
  return new YamlFileReader(file, options.named ?? true, options.repeated).read();
}

/**
 * The same of objects that are made of what the file says: their nodes have places in it.
 * @param nodeBlocks the nodes of the cluster are known: these are the addresses of those that a selector chooses
 */
export function parseObjects(
  file: SourceFile,
  objects: readonly Node[],
  nodeBlocks?: NodeBlocks,
): ParsedYamlFile {
  return new YamlFileReader(file, true, undefined, nodeBlocks).readMade(objects);
}

/** What concerns every object of one document. */
interface Document {
  readonly broken: ReadonlySet<Node>;
  readonly edits: MappingEdits;
  /** What makes objects of it, if it is a template of objects. */
  readonly renderer?: string;
}

type Known = Extract<Recognised, { readonly kind: string }>;

class YamlFileReader {
  readonly policies: Policy[] = [];
  private readonly namespaces: Namespace[] = [];
  readonly pods: Pod[] = [];
  private readonly ended: Pod[] = [];
  private readonly nodes: ClusterNode[] = [];
  readonly services: Service[] = [];
  private readonly slices: EndpointSlice[] = [];
  readonly observations: Observation[] = [];
  private diagnostics: Diagnostic[] = [];
  private readonly customResources: PodMaker[] = [];
  readonly access: Access[] = [];
  private ignored = 0;
  private readonly mayHoldCode: boolean;
  /** What is observed of a text is no matter of an object that was made. */
  private isMade = false;

  constructor(
    private readonly file: SourceFile,
    private readonly named: boolean,
    private readonly repeated?: RepeatedDocuments,
    private readonly nodeBlocks?: NodeBlocks,
  ) {
    this.mayHoldCode = file.text.includes("#@");
  }

  read(): ParsedYamlFile {
    const refused = refuse(this.file);
    if (refused) this.diagnostics.push(refused);
    else this.readDocuments();
    return this.result();
  }

  readMade(objects: readonly Node[]): ParsedYamlFile {
    this.isMade = true;
    for (const root of objects)
      this.readObject(root, { broken: new Set(), edits: new MappingEdits(this.file, root) }, 0);
    return this.result();
  }

  private result(): ParsedYamlFile {
    return {
      policies: this.policies,
      inventory: {
        namespaces: this.namespaces,
        pods: this.pods,
        ended: this.ended,
        nodes: this.nodes,
        services: this.services,
        slices: this.slices,
      },
      claims: [],
      diagnostics: this.diagnostics,
      observations: this.observations,
      ignored: this.ignored,
      customResources: this.customResources,
      access: this.access,
    };
  }

  private readDocuments(): void {
    const isOurs = new Map<Problem, boolean>();
    const objects = new Map<Problem, ObjectName>();
    // A document that cannot be read may be of any kind: the whole text tells whether it is worth a word.
    let isUnreadOurs: boolean | undefined;
    const isOfUnread = () => (isUnreadOurs ??= this.named || textLooksLikeObject(this.file.text));
    let form: DocumentForm | undefined;
    const isRepeated = (range: Range) => {
      form = formOf(this.file.text, range);
      return form !== undefined && this.repeated!.add(this.file.path, form, this);
    };
    const visit = ({ root, broken, problems }: DocumentTree) => {
      const isCut = problems.some(({ rule }) => rule === UNREAD);
      const wanted = this.named || looksLikeObject(root) || (isCut && isOfUnread());
      const object = nameOf(asMapping(root));
      for (const problem of problems) {
        isOurs.set(problem, wanted);
        if (object) objects.set(problem, object);
      }
      const document = { broken, edits: new MappingEdits(this.file, root) };
      if (wanted && form && problems.length === 0) this.readRepeatable(root, document, form);
      else if (wanted) this.readObject(root, document, 0);
      form = undefined;
    };
    const found = readDocuments(this.file.text, visit, this.repeated && isRepeated);
    const problems = found.filter((problem) => isOurs.get(problem) ?? isOfUnread());
    // Where no line of the file is one of a policy, only what is answered from pods depends on it.
    const known = problems.length === 0 || textMayBePolicy(this.file.text) ? {} : { noPolicy: true };
    const ofText = problems.map((problem): Diagnostic => {
      const object = objects.get(problem);
      return { ...toDiagnostic(this.file.path, problem), ...known, ...(object && { object }) };
    });
    // Sorting is stable: of two at one place, the one about the text comes first.
    this.diagnostics = [...ofText, ...this.diagnostics].sort((a, b) => a.span.start - b.span.start);
  }

  /** Keeps what the document holds for those of the same form, if there is nothing to report. */
  private readRepeatable(root: Node, document: Document, form: DocumentForm): void {
    const { policies, pods, services, observations, access, diagnostics } = this;
    const others = () => this.ignored + this.customResources.length + this.ended.length + this.slices.length;
    const before = [policies, pods, services, observations, access].map((list) => list.length);
    const [reported, left] = [diagnostics.length, others()];
    this.readObject(root, document, 0);
    if (diagnostics.length > reported || others() > left) return;
    this.repeated!.keep(form, root, {
      policies: policies.slice(before[0]),
      pods: pods.slice(before[1]),
      services: services.slice(before[2]),
      observations: observations.slice(before[3]),
      access: access.slice(before[4]),
    });
  }

  private readObject(root: Node, document: Document, depth: number): void {
    if (root.type === "null") return;
    const before = this.diagnostics.length;
    const report = new ObjectReport(this.file.path, this.diagnostics, document.edits);
    report.nodeBlocks = this.nodeBlocks;
    this.readReported(root, document, depth, report);
    if (!report.placeholder) return;
    // A field that the API does not know is no matter of values.
    const sure = this.diagnostics
      .splice(before)
      .filter(
        ({ rule, span }) =>
          rule === "unknown-field" && !hasPlaceholder(this.file.text.slice(span.start, span.end)),
      );
    const found = template(report.placeholder, this.file, document.renderer);
    this.diagnostics.push(...sure, { ...found, ...report.leftOut() });
  }

  private readReported(root: Node, document: Document, depth: number, report: ObjectReport): void {
    const mapping = asMapping(root);
    if (!mapping) {
      report.error("not-an-object", root, "", "this is not a Kubernetes object", {
        help: "write a mapping with apiVersion, kind and metadata",
      });
      return;
    }
    const found = recognise(mapping, report);
    switch (found.as) {
      case "List":
        return this.readList(mapping, found.items, document, depth, report);
      case "other policy":
        this.ignored++;
        return;
      case "ignored":
        this.ignored++;
        this.customResources.push(...customResources(mapping, this.file.path));
        return this.keep(this.access, accessOf(mapping, this.file.path));
      case "foreign":
        report.error(
          "not-an-object",
          mapping.entries[0]?.keyRange ?? mapping,
          "",
          "this is not a Kubernetes object",
          { help: "add apiVersion and kind" },
        );
        return;
      case "refused":
        return;
      default:
        report.object = nameOf(mapping);
        report.noTier = found.as !== "TierPolicy";
        report.noPolicy = report.noTier && found.as !== "NetworkPolicy";
        if (document.broken.size > 0) markBroken(mapping, document.broken, report);
        report.placeholder = this.mayHoldCode ? codeForValue(this.file.text, mapping) : undefined;
        if (report.placeholder) return;
        return this.readKnown(mapping, found, report);
    }
  }

  private readKnown(root: MappingNode, known: Known, report: ObjectReport): void {
    switch (known.as) {
      case "NetworkPolicy":
        return this.readPolicy(root, report);
      case "TierPolicy":
        return this.keepPolicy(root, readTierPolicy(root, known.kind, report));
    }
    report.placeholder = placeholderOfNames(root);
    if (report.placeholder) return;
    switch (known.as) {
      case "Namespace":
        return this.keep(this.namespaces, readNamespace(root, report));
      case "Pod":
        this.access.push(accountUse(root, known.kind, this.file.path));
        return this.keep(hasFinished(root) ? this.ended : this.pods, readPod(root, report));
      case "Service":
        return this.keep(this.services, readService(root, report));
      case "EndpointSlice":
        return this.keep(this.slices, readEndpointSlice(root, report));
      case "Node":
        return this.keep(this.nodes, readNode(root, report));
      default:
        this.access.push(accountUse(root, known.kind, this.file.path));
        return this.keep(this.pods, readWorkload(root, known.kind, report));
    }
  }

  private keep<T>(list: T[], item: T | undefined): void {
    if (item) list.push(item);
  }

  private keepPolicy(root: MappingNode, policy: Policy | undefined): void {
    if (!policy) return;
    this.policies.push(policy);
    this.observations.push(...observeMetadata(root, policy));
  }

  private readPolicy(root: MappingNode, report: ObjectReport): void {
    const policy = readNetworkPolicy(root, report);
    this.keepPolicy(root, policy);
    if (!policy || this.isMade) return;
    for (const observation of observe(root, policy, report.edits)) this.observations.push(observation);
  }

  private readList(
    list: MappingNode,
    field: "items" | "objects",
    document: Document,
    depth: number,
    report: ObjectReport,
  ): void {
    const items = entryOf(list, field)!.value;
    if (items.type !== "sequence" && !(items.type === "null" && field === "objects")) {
      report.error("wrong-type", items, field, "must be a list", { help: "write a list of objects" });
      return;
    }
    if (depth >= LIMITS.depth) return;
    for (const [index, item] of itemsOf(items).entries())
      if (item.type === "null")
        report.error("not-an-object", item, `${field}[${index}]`, "this list item is empty", {
          help: "remove it, or write an object",
        });
    if (field === "items")
      for (const item of itemsOf(items)) this.readObject(withListKind(item, list), document, depth + 1);
    else {
      const renderer = `oc process --local -f ${this.file.path} -o yaml`;
      for (const item of itemsOf(items)) this.readObject(item, { ...document, renderer }, depth + 1);
    }
  }
}

/** What names an object that may be wrong otherwise. */
function nameOf(root: MappingNode | undefined): ObjectName | undefined {
  const metadata = get(root, "metadata");
  const [kind, name] = [textOf(get(root, "kind")), textOf(get(metadata, "name"))];
  if (!kind || !name) return undefined;
  return { kind, name, namespace: textOf(get(metadata, "namespace")) || "default" };
}

/** The items of a list of one kind, such as a NamespaceList, need not say of which kind they are. */
function withListKind(item: Node, list: MappingNode): Node {
  const kind = textOf(get(list, "kind")) ?? "";
  const version = get(list, "apiVersion");
  const mapping = asMapping(item);
  if (!mapping || kind === "List" || !version || get(mapping, "kind")) return item;
  const { start, end } = item;
  const entry = (key: string, value: Node): Entry => ({ key, keyRange: { start, end }, value });
  const own = mapping.entries.filter(({ key }) => key !== "apiVersion" && key !== "kind");
  const named: Node = { type: "string", value: kind.slice(0, -"List".length), start, end };
  return { ...mapping, entries: [entry("apiVersion", version), entry("kind", named), ...own] };
}

/** Where ytt writes a value: YAML takes its code for a comment, and the value for null. */
function codeForValue(text: string, { start, end }: Range): Range | undefined {
  const line = text.indexOf("\n", end);
  const found = /[:-][ \t]+(?=#@[ \t])/.exec(text.slice(start, line < 0 ? text.length : line));
  return found ? { start: start + found.index, end: start + found.index + found[0].length + 2 } : undefined;
}

/** Only rendering it tells what it says; `polc lint` counts it, as a template of Helm. */
function template(placeholder: Range, { path, text }: SourceFile, renderer: string | undefined): Diagnostic {
  const isHelm = text.slice(placeholder.start, placeholder.end).includes("{{");
  const usual = isHelm ? "helm template CHART" : `envsubst < ${path}`;
  return {
    rule: TEMPLATE,
    severity: "error",
    message: "the object is a template: this is a placeholder for a value",
    span: spanOf(path, placeholder),
    help: messageLine(`render it first: ${renderer ?? usual} | polc COMMAND -`),
  };
}

/** A file that is no text at all gets one diagnostic, not one a character. */
function refuse(file: SourceFile): Diagnostic | undefined {
  const nul = file.text.indexOf("\0");
  if (nul < 0) return undefined;
  return {
    rule: "binary-file",
    severity: "error",
    message: "this file contains a NUL character: it is binary, not text",
    span: spanOf(file.path, { start: nul, end: nul + 1 }),
    help: "save it as UTF-8 text, or exclude it",
  };
}

/** An object with a broken node is not used, and a mapping whose value is lost is not blamed for lacking it. */
function markBroken(node: Node, broken: ReadonlySet<Node>, report: ObjectReport): void {
  if (broken.has(node)) report.failed = true;
  const children = node.type === "sequence" ? node.items : entriesOf(node).map((entry) => entry.value);
  for (const child of children) {
    if (child.type === "null" && broken.has(child)) report.markUnreadable(node);
    markBroken(child, broken, report);
  }
}
