/** The benchmark's cluster, as this build reads it, and changes of its policies. */
import type { Inventory } from "../../src/ir/inventory.js";
import type { NetworkPolicy, Policy, Rule } from "../../src/ir/policy.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import type { FirstState } from "../../src/state/index/node_index.js";
import type { KubernetesObject } from "./cluster.js";
import { NODE_NAME, nodeCluster } from "./cluster.js";

export const sources = new SourceMap();

export const CLUSTER_FILE = "cluster.json";

export function listText(objects: readonly KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }, null, 1);
}

export function interfaceOf(index: number): string {
  return `v${index}`;
}

interface Read {
  readonly inventory: Inventory;
  readonly policies: readonly Policy[];
}

function read(objects: readonly KubernetesObject[]): Read {
  const file = sources.add(new SourceFile(CLUSTER_FILE, listText(objects)));
  const { inventory, policies, diagnostics } = parseYamlFile(file, { named: true });
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (wrong) throw new Error(wrong.message);
  return { inventory, policies };
}

/** Interfaces of the node are v0, v1, ... in the order of its pods. */
export function firstState(): FirstState {
  const { namespaces, policies, pods } = nodeCluster();
  const all = read([...namespaces, ...policies, ...pods]);
  const local = all.inventory.pods
    .filter(({ node }) => node === NODE_NAME)
    .map((pod, i) => ({ pod, interface: interfaceOf(i) }));
  return { policies: all.policies, namespaces: all.inventory.namespaces, pods: all.inventory.pods, local };
}

/** Some port of one of its rules is another. */
export function changed<P extends Policy>(policy: P, run: number): P {
  let done = false;
  const rules = policy.rules.map((rule): Rule => {
    if (done || !rule.ports) return rule;
    done = true;
    const [first, ...rest] = rule.ports;
    const port = 20_000 + run;
    const range = {
      kind: "range" as const,
      protocol: first!.protocol,
      from: port,
      to: port,
      span: first!.span,
    };
    return { ...rule, ports: [range, ...rest] };
  });
  return { ...policy, rules };
}

/** Some selector of one of its peers is another. */
export function reselected(policy: NetworkPolicy, run: number): NetworkPolicy {
  const rules = policy.rules.map((rule, i): Rule => {
    const [first, ...rest] = rule.peers ?? [];
    if (i > 0 || first?.kind !== "pods") return rule;
    const requirements = [
      { key: "app", operator: "In" as const, values: [run % 2 ? "job" : "worker"], span: first.span },
    ];
    return { ...rule, peers: [{ ...first, pods: { ...first.pods, requirements } }, ...rest] };
  });
  return { ...policy, rules };
}
