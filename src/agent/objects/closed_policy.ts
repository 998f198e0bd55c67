/**
 * What stands for a policy that cannot be evaluated: a deny of everything, to whom it may concern.
 *
 * 1. Its subject, if that can be read; else all pods of its namespace, or of the cluster.
 * 2. Of a policy of a tier the directions that it has rules for; of a NetworkPolicy its policyTypes. What cannot be read is
 *    both.
 * 3. Its tier and priority; what cannot be read is the admin tier, and before all others.
 */
import type {
  Direction,
  LabelSelector,
  NamespaceMatch,
  PodMatch,
  Policy,
  TierKind,
} from "../../ir/policy.js";
import { AFTER_ALL, LAST_PRIORITY } from "../../ir/priority.js";
import { parseObjects } from "../../parser/yaml_file.js";
import { SourceFile } from "../../source/source_file.js";
import type { KubeObject } from "../../cluster/resource.js";
import { keyOf } from "../../cluster/resource.js";
import { treeOf } from "./tree.js";

type Spec = Readonly<Record<string, unknown>>;

const DIRECTIONS = ["ingress", "egress"] as const;

export function closedPolicy(object: KubeObject): Policy {
  const { spec } = object as KubeObject & { readonly spec?: Spec | null };
  const known = typeof spec === "object" && spec !== null ? spec : {};
  return object.kind === "NetworkPolicy" ? closedNetworkPolicy(object, known) : closedTier(object, known);
}

function closedNetworkPolicy(object: KubeObject, spec: Spec): Policy {
  const { name, namespace = "default" } = object.metadata;
  const span = spanOf(object);
  const subject = readAlone(object, { podSelector: spec["podSelector"], policyTypes: ["Ingress"] })?.subject;
  const types = Array.isArray(spec["policyTypes"]) ? (spec["policyTypes"] as unknown[]) : [];
  const isolated = (type: string) => types.length === 0 || types.includes(type);
  return {
    ...{ kind: "NetworkPolicy", tier: "networkpolicy", name, namespace, rules: [], logged: false, span },
    subject: subject ?? everyPod({ kind: "name", name: namespace, span }, span),
    isolates: { ingress: isolated("Ingress"), egress: isolated("Egress") },
  };
}

function readAlone(object: KubeObject, spec: Spec) {
  const [policy] = parse({ ...object, ...{ spec } });
  return policy?.tier === "networkpolicy" ? policy : undefined;
}

function closedTier(object: KubeObject, spec: Spec): Policy {
  const span = spanOf(object);
  const { name } = object.metadata;
  const tier = tierOf(object, spec);
  const subject =
    subjectAlone(object, spec) ?? everyPod({ kind: "selector", selector: everything(span), span }, span);
  const written = DIRECTIONS.filter((direction) => {
    const rules = spec[direction];
    return rules !== undefined && rules !== null && !(Array.isArray(rules) && rules.length === 0);
  });
  const directions: readonly Direction[] = written.length > 0 ? written : DIRECTIONS;
  return {
    ...{ kind: tier === "admin" ? "AdminTier" : "BaselineTier", tier, name, logged: false, span },
    writtenAs: object.kind as TierKind,
    priority: priorityOf(object, spec),
    rules: directions.map((direction) => ({ direction, action: "deny", subject, logged: false, span })),
  } as Policy;
}

/** The same policy with its subject and one rule that is surely right. */
function subjectAlone(object: KubeObject, spec: Spec): PodMatch | undefined {
  const ingress = [{ action: "Deny", from: [{ namespaces: {} }] }];
  const [policy] = parse({
    ...object,
    metadata: { name: object.kind === "BaselineAdminNetworkPolicy" ? "default" : "subject" },
    ...{ spec: { tier: "Admin", priority: 0, subject: spec["subject"], ingress, ...without(object.kind) } },
  });
  return policy?.tier === "networkpolicy" ? undefined : policy?.rules[0]?.subject;
}

/** Fields that kinds of v1alpha1 do not have. */
function without(kind: string | undefined): Spec {
  if (kind === "ClusterNetworkPolicy") return {};
  return { tier: undefined, ...(kind === "BaselineAdminNetworkPolicy" && { priority: undefined }) };
}

function parse(object: object) {
  const kept = JSON.parse(JSON.stringify(object)) as unknown;
  return parseObjects(new SourceFile("", ""), [treeOf(kept)]).policies;
}

function tierOf({ kind }: KubeObject, { tier }: Spec): "admin" | "baseline" {
  if (kind === "BaselineAdminNetworkPolicy") return "baseline";
  return kind === "ClusterNetworkPolicy" && tier === "Baseline" ? "baseline" : "admin";
}

function priorityOf({ kind }: KubeObject, { priority }: Spec): number {
  if (kind === "BaselineAdminNetworkPolicy") return AFTER_ALL;
  const isOne =
    Number.isInteger(priority) && (priority as number) >= 0 && (priority as number) <= LAST_PRIORITY;
  return isOne ? (priority as number) : 0;
}

function everyPod(namespaces: NamespaceMatch, span: PodMatch["span"]): PodMatch {
  return { kind: "pods", namespaces, pods: everything(span), span };
}

function everything(span: PodMatch["span"]): LabelSelector {
  return { requirements: [], span };
}

function spanOf(object: KubeObject) {
  return { file: `${object.kind} ${keyOf(object)}`, start: 0, end: 0 };
}
