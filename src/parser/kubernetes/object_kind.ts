/** Which objects are read, and what is said of those that are not. */
import { quoted } from "../quoted.js";
import { entryOf, textOf } from "../yaml/node.js";
import type { MappingNode, Node } from "../yaml/node.js";
import { nearestName } from "../../source/nearest_name.js";
import type { ObjectReport } from "./object_report.js";
import type { TierKind } from "../../ir/policy.js";

type InventoryKind = "Namespace" | "Pod" | "Service" | "Node" | "CronJob" | "Workload";

export type Recognised =
  | { readonly as: "TierPolicy"; readonly kind: TierKind }
  | { readonly as: "NetworkPolicy" | InventoryKind; readonly kind: string }
  | { readonly as: "List" }
  /** A Kubernetes object of no interest here. */
  | { readonly as: "ignored" }
  /** No Kubernetes object at all. */
  | { readonly as: "foreign" }
  /** An error was reported. */
  | { readonly as: "refused" };

const CORE = /^v1$/;
const APPS = /^(?:apps|extensions)\//;
const BATCH = /^batch\//;

const INVENTORY: Readonly<Record<string, readonly [RegExp, InventoryKind]>> = {
  Namespace: [CORE, "Namespace"],
  Pod: [CORE, "Pod"],
  Service: [CORE, "Service"],
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

/** Policies of other APIs: real, but not read, which must not go unsaid. */
const OTHER_POLICIES: readonly string[] = [
  "CiliumNetworkPolicy",
  "CiliumClusterwideNetworkPolicy",
  "GlobalNetworkPolicy",
];

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
  if (kind.endsWith("List") && entryOf(root, "items")) return { as: "List" };
  if (kind === "NetworkPolicy") return networkPolicy(version, apiVersion!, report);
  if (isTierKind(kind)) return tierPolicy(kind, version, apiVersion!, report);
  if (OTHER_POLICIES.includes(kind)) {
    notRead(kind, version, kindEntry!.value, report);
    return { as: "ignored" };
  }
  if (version === "networking.k8s.io/v1" && !NETWORKING_KINDS.includes(kind.replace(/List$/, ""))) {
    const nearest = nearestName(kind, NETWORKING_KINDS);
    report.error("unknown-kind", kindEntry!.value, "kind", `${version} has no kind ${quoted(kind)}`, {
      help: nearest ? `did you mean \`${nearest}\`?` : `known here: ${NETWORKING_KINDS.join(", ")}`,
    });
    return { as: "refused" };
  }
  const known = Object.hasOwn(INVENTORY, kind) ? INVENTORY[kind] : undefined;
  return known?.[0].test(version) ? { as: known[1], kind } : { as: "ignored" };
}

/**
 * Is a document that nobody named an object? Many tools have files with one of the two fields, or with both and words of
 * their own in them. What has to do with network policies is never passed over.
 */
export function looksLikeObject(root: Node): boolean {
  if (root.type !== "mapping") return false;
  const kind = textOf(entryOf(root, "kind")?.value) ?? "";
  const version = textOf(entryOf(root, "apiVersion")?.value) ?? "";
  if (POLICY_KINDS.includes(kind) || POLICY_GROUP.test(version)) return true;
  return /^[A-Z]/.test(kind) && /^(?:v[0-9]|[^\s/]+\/)/.test(version);
}

/** The same of a text that is no YAML, by its lines; JSON has them indented. */
export function textLooksLikeObject(text: string): boolean {
  if (POLICY_LINE.test(text)) return true;
  const before = /^\s*[{[]/.test(text) ? "(?:^|[{,])[ \\t]*" : "^";
  const has = (field: string, value: string) =>
    new RegExp(`${before}["']?${field}["']?[ \\t]*:[ \\t]*["']?${value}`, "m").test(text);
  return has("kind", "[A-Z]") && has("apiVersion", "(?:v[0-9]|[^\\s/]+/)");
}

const POLICY_KINDS: readonly string[] = ["NetworkPolicy", ...Object.keys(TIER_POLICIES), ...OTHER_POLICIES];
const POLICY_GROUP = /^(?:policy\.)?networking\.k8s\.io\//;
const POLICY_LINE = new RegExp(
  `(?:^|[{,])[ \\t-]*["']?(?:kind["']?[ \\t]*:[ \\t]*["']?(?:${POLICY_KINDS.join("|")})\\b|` +
    `apiVersion["']?[ \\t]*:[ \\t]*["']?(?:policy\\.)?networking\\.k8s\\.io/)`,
  "m",
);

/** Files of other tools (a chart's own, provisioning of Grafana) have one of the two fields; an object has metadata. */
function isMeantAsObject(root: MappingNode, kind: string | undefined, version: string | undefined): boolean {
  const known = kind === "NetworkPolicy" || version?.startsWith("networking.k8s.io/");
  return known || entryOf(root, "metadata") !== undefined;
}

function networkPolicy(
  version: string,
  at: MappingNode["entries"][number]["value"],
  report: ObjectReport,
): Recognised {
  if (version === "networking.k8s.io/v1") return { as: "NetworkPolicy", kind: "NetworkPolicy" };
  if (/(?:^|\.)projectcalico\.org\//.test(version)) {
    notRead("NetworkPolicy", version, at, report);
    return { as: "ignored" };
  }
  report.error("unknown-api-version", at, "apiVersion", `NetworkPolicy is not served at ${quoted(version)}`, {
    help: "write `apiVersion: networking.k8s.io/v1`",
    noTier: true,
  });
  return { as: "refused" };
}

function isTierKind(kind: string): kind is TierKind {
  return Object.hasOwn(TIER_POLICIES, kind);
}

/** Other groups have kinds of these names, and later versions may come: those are not read. */
function tierPolicy(
  kind: TierKind,
  version: string,
  at: MappingNode["entries"][number]["value"],
  report: ObjectReport,
): Recognised {
  const served = `${TIER_GROUP}/${TIER_POLICIES[kind]}`;
  if (version === served) return { as: "TierPolicy", kind };
  if (!Object.values(TIER_POLICIES).some((known) => version === `${TIER_GROUP}/${known}`)) {
    notRead(kind, version, at, report);
    return { as: "ignored" };
  }
  report.error("unknown-api-version", at, "apiVersion", `${kind} is not served at ${quoted(version)}`, {
    help: `write \`apiVersion: ${served}\``,
  });
  return { as: "refused" };
}

function notRead(
  kind: string,
  version: string,
  at: MappingNode["entries"][number]["value"],
  report: ObjectReport,
): void {
  report.warning(
    "unread-policy",
    at,
    "",
    `${kind} of ${version} is not read: it has no part in any answer here`,
    {
      help: "write it as a NetworkPolicy or a ClusterNetworkPolicy",
      noTier: !version.startsWith(`${TIER_GROUP}/`),
    },
  );
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
        ? `did you mean \`${field}\` by \`${misspelt.key}\`?`
        : `add \`${example}\` or whatever it is`,
    },
  );
  return { as: "refused" };
}

function firstKey(root: MappingNode) {
  return root.entries[0]?.keyRange ?? root;
}
