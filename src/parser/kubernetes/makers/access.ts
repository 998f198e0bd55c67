/**
 * Who may create pods through the API: roles, their bindings, and the service accounts of workloads. A workload that may
 * create pods, such as a controller or a job runner, creates some that no file describes.
 */
import type { Span } from "../../../source/span.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";

export type Access = Role | RoleBinding | ServiceAccountUse;

/** An undefined namespace is not written, and may be any. */
interface Role {
  readonly as: "role";
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly span: Span;
}

interface RoleBinding {
  readonly as: "binding";
  /** The binding grants the role in every namespace. */
  readonly everywhere: boolean;
  readonly namespace: string | undefined;
  readonly role: { readonly kind: string; readonly name: string };
  readonly accounts: readonly Account[];
  readonly span: Span;
}

/** `name` undefined: all of the namespace. */
interface Account {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface ServiceAccountUse {
  readonly as: "use";
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly account: string;
  readonly span: Span;
}

const RBAC = /^rbac\.authorization\.k8s\.io\//;

/** Pods, and kinds that become pods, by API group. */
const MAKING: Readonly<Record<string, readonly string[]>> = {
  "": ["pods", "replicationcontrollers"],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  batch: ["cronjobs", "jobs"],
};

/** What an object contributes to this; nothing for a role that may not create pods. */
export function accessOf(root: MappingNode, file: string): Access | undefined {
  if (!RBAC.test(textOf(get(root, "apiVersion")) ?? "")) return undefined;
  const kind = textOf(get(root, "kind"));
  const metadata = get(root, "metadata");
  const name = textOf(get(metadata, "name")) ?? "";
  const namespace = textOf(get(metadata, "namespace")) || undefined;
  const span = spanOf(file, root);
  switch (kind) {
    case "Role":
    case "ClusterRole":
      if (!itemsOf(get(root, "rules")).some(makesPods)) return undefined;
      return { as: "role", kind, namespace, name, span };
    case "RoleBinding":
    case "ClusterRoleBinding": {
      const role = get(root, "roleRef");
      return {
        as: "binding",
        everywhere: kind === "ClusterRoleBinding",
        namespace,
        role: { kind: textOf(get(role, "kind")) ?? "", name: textOf(get(role, "name")) ?? "" },
        accounts: itemsOf(get(root, "subjects")).flatMap((subject) => accountOf(subject, namespace) ?? []),
        span,
      };
    }
    default:
      return undefined;
  }
}

/** The service account of a pod, or of the pods of a workload. */
export function accountUse(root: MappingNode, kind: string, file: string): ServiceAccountUse {
  const metadata = get(root, "metadata");
  const spec = get(templateOf(root, kind), "spec");
  return {
    as: "use",
    kind,
    name: textOf(get(metadata, "name")) ?? "",
    namespace: textOf(get(metadata, "namespace")) || undefined,
    account: textOf(get(spec, "serviceAccountName")) || textOf(get(spec, "serviceAccount")) || "default",
    span: spanOf(file, root),
  };
}

function templateOf(root: MappingNode, kind: string): Node | undefined {
  if (kind === "Pod") return root;
  const spec = get(root, "spec");
  return get(kind === "CronJob" ? get(get(spec, "jobTemplate"), "spec") : spec, "template");
}

function makesPods(rule: Node): boolean {
  const words = (field: string) => itemsOf(get(rule, field)).map((item) => textOf(item) ?? "");
  const has = (list: readonly string[], word: string) => list.includes(word) || list.includes("*");
  const [groups, resources] = [words("apiGroups"), words("resources")];
  return (
    has(words("verbs"), "create") &&
    itemsOf(get(rule, "resourceNames")).length === 0 &&
    Object.entries(MAKING).some(
      ([group, kinds]) => has(groups, group) && kinds.some((kind) => has(resources, kind)),
    )
  );
}

const GROUP = /^system:serviceaccounts:(.+)$/;

function accountOf(subject: Node, own: string | undefined): Account | undefined {
  const name = textOf(get(subject, "name")) ?? "";
  const kind = textOf(get(subject, "kind"));
  if (kind === "ServiceAccount") return { namespace: textOf(get(subject, "namespace")) || own, name };
  const [, namespace] = (kind === "Group" && GROUP.exec(name)) || [];
  return namespace === undefined ? undefined : { namespace, name: undefined };
}
