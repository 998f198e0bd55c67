/** Decides which objects are read, and reports those that are not. */
import { quoted } from "../quoted.js";
import { entryOf, get, textOf } from "../yaml/node.js";
import type { MappingNode, Node } from "../yaml/node.js";
import { nearestName } from "../../source/nearest_name.js";
import type { ObjectReport } from "./object_report.js";
import { groupOf, isForeign, isOtherPolicy, OTHER_POLICY_KIND } from "./other_policies.js";
import type { TierKind } from "../../ir/policy.js";

type InventoryKind = "Namespace" | "Pod" | "Service" | "EndpointSlice" | "Node" | "CronJob" | "Workload";

export type Recognised =
  | { readonly as: "TierPolicy"; readonly kind: TierKind }
  | { readonly as: "NetworkPolicy" | InventoryKind; readonly kind: string }
  /** Objects in the field of this name; an OpenShift Template has its own in `objects`. */
  | { readonly as: "List"; readonly items: "items" | "objects" }
  /** A Kubernetes object of no interest here. */
  | { readonly as: "ignored" }
  /** A policy of another API, which was named. */
  | { readonly as: "other policy" }
  /** No Kubernetes object at all. */
  | { readonly as: "foreign" }
  /** An error was reported. */
  | { readonly as: "refused" };

const CORE = /^v1$/;
const APPS = /^(?:apps|extensions)\//;
const DISCOVERY = /^discovery\.k8s\.io\//;
const BATCH = /^batch\//;
/** OpenShift's group, and its name before there were groups. */
const TEMPLATE_VERSION = /^(?:template\.openshift\.io\/.*|v1)$/;

const INVENTORY: Readonly<Record<string, readonly [RegExp, InventoryKind]>> = {
  Namespace: [CORE, "Namespace"],
  Pod: [CORE, "Pod"],
  Service: [CORE, "Service"],
  EndpointSlice: [DISCOVERY, "EndpointSlice"],
  Node: [CORE, "Node"],
  ReplicationController: [CORE, "Workload"],
  Deployment: [APPS, "Workload"],
  StatefulSet: [APPS, "Workload"],
  DaemonSet: [APPS, "Workload"],
  ReplicaSet: [APPS, "Workload"],
  Job: [BATCH, "Workload"],
  CronJob: [BATCH, "CronJob"],
};

/** The kinds of the Network Policy API, with the one version that serves each. */
const TIER_POLICIES: Readonly<Record<TierKind, string>> = {
  ClusterNetworkPolicy: "v1alpha2",
  AdminNetworkPolicy: "v1alpha1",
  BaselineAdminNetworkPolicy: "v1alpha1",
};
const TIER_GROUP = "policy.networking.k8s.io";

const NETWORKING_KINDS: readonly string[] = [
  "NetworkPolicy",
  "Ingress",
  "IngressClass",
  "IPAddress",
  "ServiceCIDR",
];

export function recognise(root: MappingNode, report: ObjectReport): Recognised {
  const apiVersion = entryOf(root, "apiVersion")?.value;
  const kindEntry = entryOf(root, "kind");
  const kind = textOf(kindEntry?.value);
  const version = textOf(apiVersion);
  if (!(apiVersion && kindEntry) && !isMeantAsObject(root, kind, version)) return { as: "foreign" };
  if (!kind) return missing(root, "kind", report);
  if (!version)
    return kind === "NetworkPolicy" || !apiVersion ? missing(root, "apiVersion", report) : { as: "ignored" };
  if (kind.endsWith("List") && entryOf(root, "items")) return { as: "List", items: "items" };
  if (kind === "Template" && TEMPLATE_VERSION.test(version) && entryOf(root, "objects"))
    return { as: "List", items: "objects" };
  if (kind === "NetworkPolicy") return networkPolicy(root, version, apiVersion!, report);
  if (isTierKind(kind)) return tierPolicy(root, kind, version, apiVersion!, report);
  if (isOtherPolicy(kind, version)) return ofOtherApi(root, kind, version, kindEntry!.value, report);
  if (version === "networking.k8s.io/v1" && !NETWORKING_KINDS.includes(kind.replace(/List$/, ""))) {
    const nearest = nearestName(kind, NETWORKING_KINDS);
    report.error("unknown-kind", kindEntry!.value, "kind", `${version} has no kind ${quoted(kind)}`, {
      help: nearest ? `did you mean \`${nearest}\`?` : `known kinds: ${NETWORKING_KINDS.join(", ")}`,
    });
    return { as: "refused" };
  }
  const known = Object.hasOwn(INVENTORY, kind) ? INVENTORY[kind] : undefined;
  return known?.[0].test(version) ? { as: known[1], kind } : { as: "ignored" };
}

/**
 * Is a document found in a folder a Kubernetes object? Many tools have files with one of the two fields, or with both and
 * their own values. Nothing that concerns network policies is skipped.
 */
export function looksLikeObject(root: Node): boolean {
  if (root.type !== "mapping") return false;
  const kind = textOf(entryOf(root, "kind")?.value) ?? "";
  const version = textOf(entryOf(root, "apiVersion")?.value) ?? "";
  if (POLICY_KIND.test(kind) || POLICY_GROUP.test(version)) return true;
  return /^[A-Z]/.test(kind) && /^(?:v[0-9]|[^\s/]+\/)/.test(version);
}

/** The same for invalid YAML, by its lines, which may be indented as in JSON. */
export function textLooksLikeObject(text: string): boolean {
  if (POLICY_LINE.test(text)) return true;
  const before = /^\s*[{[]/.test(text) ? "(?:^|[{,])[ \\t]*" : "^";
  const has = (field: string, value: string) =>
    new RegExp(`${before}["']?${field}["']?[ \\t]*:[ \\t]*["']?${value}`, "m").test(text);
  return has("kind", "[A-Z]") && has("apiVersion", "(?:v[0-9]|[^\\s/]+/)");
}

/** May an object that cannot be read be a policy, as far as its text tells? */
export function textMayBePolicy(text: string): boolean {
  return POLICY_LINE.test(text);
}

const POLICY_KIND = new RegExp(`^(?:${OTHER_POLICY_KIND})$`);
const POLICY_GROUP = /^(?:policy\.)?networking\.k8s\.io\//;
const POLICY_LINE = new RegExp(
  `(?:^|[{,])[ \\t-]*["']?(?:kind["']?[ \\t]*:[ \\t]*["']?(?:${OTHER_POLICY_KIND})\\b|` +
    `apiVersion["']?[ \\t]*:[ \\t]*["']?(?:policy\\.)?networking\\.k8s\\.io/)`,
  "m",
);

/** Files of other tools (a chart's own, provisioning of Grafana) have one of the two fields; an object has metadata. */
function isMeantAsObject(root: MappingNode, kind: string | undefined, version: string | undefined): boolean {
  const known = kind === "NetworkPolicy" || version?.startsWith("networking.k8s.io/");
  return known || entryOf(root, "metadata") !== undefined;
}

function networkPolicy(root: MappingNode, version: string, at: Node, report: ObjectReport): Recognised {
  if (version === "networking.k8s.io/v1") return { as: "NetworkPolicy", kind: "NetworkPolicy" };
  if (isForeign(groupOf(version))) return ofOtherApi(root, "NetworkPolicy", version, at, report);
  report.error("unknown-api-version", at, "apiVersion", `NetworkPolicy is not served in ${quoted(version)}`, {
    help: "write `apiVersion: networking.k8s.io/v1`",
    noTier: true,
  });
  return { as: "refused" };
}

function isTierKind(kind: string): kind is TierKind {
  return Object.hasOwn(TIER_POLICIES, kind);
}

/** Kinds with these names in other groups or later versions are not read. */
function tierPolicy(
  root: MappingNode,
  kind: TierKind,
  version: string,
  at: Node,
  report: ObjectReport,
): Recognised {
  const served = `${TIER_GROUP}/${TIER_POLICIES[kind]}`;
  if (version === served) return { as: "TierPolicy", kind };
  if (isForeign(groupOf(version))) return ofOtherApi(root, kind, version, at, report);
  const isLater =
    groupOf(version) === TIER_GROUP &&
    !Object.values(TIER_POLICIES).some((known) => version === `${TIER_GROUP}/${known}`);
  if (isLater) {
    report.warning("unread-policy", at, "", `${nameOf(root, kind)} of ${version} is not read: ${NO_PART}`, {
      help: `write it as \`apiVersion: ${served}\``,
    });
    return { as: "other policy" };
  }
  report.error("unknown-api-version", at, "apiVersion", `${kind} is not served in ${quoted(version)}`, {
    help: `write \`apiVersion: ${served}\``,
  });
  return { as: "refused" };
}

const NO_PART = "polc takes no account of it";

/** A policy of another API is not a mistake in the file, so it is a note, not a finding. */
function ofOtherApi(
  root: MappingNode,
  kind: string,
  version: string,
  at: Node,
  report: ObjectReport,
): Recognised {
  const text = `${nameOf(root, kind)} of ${version} is not read: ${NO_PART}`;
  const help = "if polc should take account of it, write it as a NetworkPolicy or ClusterNetworkPolicy";
  report.note("unread-policy", at, text, { help, noTier: true });
  return { as: "other policy" };
}

function nameOf(root: MappingNode, kind: string): string {
  const metadata = get(root, "metadata");
  const [namespace, name] = [textOf(get(metadata, "namespace")), textOf(get(metadata, "name"))];
  return [kind, name && (namespace ? `${namespace}/${name}` : name)].filter(Boolean).join(" ");
}

function missing(root: MappingNode, field: "apiVersion" | "kind", report: ObjectReport): Recognised {
  const entry = entryOf(root, field);
  const keys = root.entries.map((each) => each.key);
  const nearest = entry ? undefined : nearestName(field, keys);
  const misspelt = nearest === undefined ? undefined : entryOf(root, nearest);
  const example = field === "kind" ? "kind: NetworkPolicy" : "apiVersion: networking.k8s.io/v1";
  report.error(
    "missing-field",
    misspelt?.keyRange ?? entry?.value ?? firstKey(root),
    field,
    `the object has no ${field}`,
    {
      help: misspelt
        ? `did you mean \`${field}\` instead of \`${misspelt.key}\`?`
        : `add it, such as \`${example}\``,
    },
  );
  return { as: "refused" };
}

function firstKey(root: MappingNode) {
  return root.entries[0]?.keyRange ?? root;
}
