/** Finds what a NetworkPolicy's text leaves to the API's defaults, or writes without effect. */
import type { NetworkPolicy, Policy } from "../../ir/policy.js";
import { policyName } from "../../ir/policy_name.js";
import type { Observation } from "../parsed_file.js";
import { asMapping, entryOf, get, itemsOf } from "../yaml/node.js";
import type { MappingNode, Node, Range } from "../yaml/node.js";
import { spanOf } from "../yaml/problem.js";
import { unkeptFields } from "./kept_metadata.js";
import type { MappingEdits } from "./mapping_edits.js";

/** @param root the object that `policy` was read from */
export function observe(root: MappingNode, policy: NetworkPolicy, edits: MappingEdits): Observation[] {
  const found: Observation[] = [];
  const { file } = policy.span;
  const name = policyName(policy);
  const add = (kind: Observation["kind"], span: Observation["span"], edit: EditOfText) =>
    found.push({
      kind,
      span,
      policy: name,
      ...(edit && { edits: [edit] }),
    });

  const spec = asMapping(get(root, "spec"));
  if (!spec) add("spec-omitted", policy.span, undefined);
  if (itemsOf(get(spec, "policyTypes")).length === 0)
    add("policy-types-omitted", policy.span, spec && writeTypes(spec, policy, edits));
  for (const direction of ["ingress", "egress"] as const) {
    const rules = itemsOf(get(spec, direction));
    if (rules.length === 0) continue;
    if (policy.isolates[direction]) {
      for (const [port, ports] of portsWithoutProtocol(rules))
        add("protocol-defaulted", spanOf(file, port), writeProtocol(ports, port, edits));
      for (const [kind, at] of emptyEntries(rules, direction)) add(kind, spanOf(file, at), undefined);
    } else {
      const section = entryOf(spec!, direction)!;
      add("ineffective-section", spanOf(file, section.keyRange), edits.removeEntry(spec!, section));
    }
  }
  return found;
}

/** Metadata of a policy that no other format can express. */
export function observeMetadata(root: MappingNode, policy: Policy): Observation[] {
  return unkeptFields(root).map(({ keyRange }) => {
    return { kind: "unkept-field", span: spanOf(policy.span.file, keyRange), policy: policyName(policy) };
  });
}

/** Nulls, which the API reads as the empty object, meaning everything. `{}` says so on purpose. */
function* emptyEntries(
  rules: readonly Node[],
  direction: "ingress" | "egress",
): Generator<readonly [kind: Observation["kind"], at: Range]> {
  for (const rule of rules) {
    if (rule.type === "null") yield [`empty-${direction}-rule`, rule];
    for (const port of itemsOf(get(rule, "ports"))) if (port.type === "null") yield ["empty-port", port];
  }
}

type EditOfText = ReturnType<MappingEdits["removeEntry"]>;

function writeTypes(spec: MappingNode, { isolates }: NetworkPolicy, edits: MappingEdits): EditOfText {
  const types = isolates.egress ? ["Ingress", "Egress"] : ["Ingress"];
  const written = entryOf(spec, "policyTypes");
  return written
    ? edits.fillList(written.value, types)
    : edits.insertList(spec, "podSelector", "policyTypes", types);
}

function* portsWithoutProtocol(rules: readonly Node[]): Generator<readonly [port: Node, ports: Node]> {
  for (const rule of rules) {
    const ports = get(rule, "ports");
    for (const port of itemsOf(ports)) if (!get(port, "protocol")) yield [port, ports!];
  }
}

function writeProtocol(ports: Node, port: Node, edits: MappingEdits): EditOfText {
  if (port.type !== "mapping" || entryOf(port, "protocol")) return undefined;
  return edits.insertFirst(ports, port, "protocol", "TCP");
}
