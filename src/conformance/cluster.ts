/** The cluster of a case: its model as inventory, with an address for every pod. */
import { formatAddress, parseAddress } from "../ir/address.js";
import type { Inventory, Namespace, Pod } from "../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";
import { AddressPool, poolAround } from "../lab/addresses.js";
import { NO_SPAN } from "../source/span.js";
import { CaseFileError } from "./case_fields.js";
import type { Case, CaseNamespace, CasePod, Model, Relabel } from "./case_file.js";

/**
 * Finds what only shows when a case runs.
 * @throws CaseFileError for an address that is none or is given twice, and for a placeholder of a pod that is not there.
 */
export function checkCase(test: Case): void {
  try {
    const cluster = clusterOf(test.model);
    for (const step of test.steps) fillIn(step.policies, cluster);
  } catch (error) {
    if (error instanceof CaseFileError) throw new CaseFileError(test.name, error.message);
    throw error;
  }
}

/** Where addresses come from when the model gives none at all. */
const FIRST_ADDRESS = "10.64.0.1";

/** @throws CaseFileError if an address of the model is none, or is given twice. */
export function clusterOf(model: Model): Inventory {
  const ips = addressesOf(model.pods);
  return {
    namespaces: model.namespaces.map(namespaceOf),
    pods: model.pods.map((pod, index): Pod => ({
      namespace: pod.ns,
      name: pod.name,
      labels: pod.labels,
      ports: pod.ports ?? model.ports,
      ips: [ips[index]!],
      hostNetwork: false,
      span: NO_SPAN,
    })),
    nodes: [],
    services: [],
  };
}

/** The API server sets every namespace's name label, whatever the manifest says. */
function namespaceOf({ name, labels }: CaseNamespace): Namespace {
  return { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name }, span: NO_SPAN };
}

/** Given addresses stay; the others are near the first given one, so that all lie in one /4 as in a usual pod network. */
function addressesOf(pods: readonly CasePod[]): string[] {
  const taken = new Set<string>();
  const given = pods.map(({ ns, name, ip }) => {
    if (ip === undefined) return undefined;
    const address = parseAddress(ip);
    if (!address) throw new CaseFileError(`pod ${ns}/${name}`, `${JSON.stringify(ip)} is not an IP address`);
    const text = formatAddress(address);
    if (taken.has(text))
      throw new CaseFileError(`pod ${ns}/${name}`, `another pod also has the address ${text}`);
    taken.add(text);
    return text;
  });
  const pool: AddressPool = poolAround(given.find((ip) => ip !== undefined) ?? FIRST_ADDRESS, taken);
  return given.map((ip, index) => {
    const address = ip ?? pool.take();
    if (address === undefined)
      throw new CaseFileError(`pod ${pods[index]!.name}`, "no address is left near the given ones");
    return address;
  });
}

export function relabelled(cluster: Inventory, relabel: Relabel): Inventory {
  const namespaces = new Map(relabel.namespaces.map((namespace) => [namespace.name, namespace]));
  const pods = new Map(relabel.pods.map(({ ns, name, labels }) => [`${ns}/${name}`, labels]));
  return {
    ...cluster,
    namespaces: cluster.namespaces.map((namespace) => {
      const changed = namespaces.get(namespace.name);
      return changed ? namespaceOf(changed) : namespace;
    }),
    pods: cluster.pods.map((pod) => ({
      ...pod,
      labels: pods.get(`${pod.namespace}/${pod.name}`) ?? pod.labels,
    })),
  };
}

/**
 * Fills in the placeholders of a policy: `${ip:ns/name}` is that pod's address. A prefix length that means one host means
 * one host in IPv6 too.
 * @throws CaseFileError for a pod that the cluster has not.
 */
export function fillIn(value: unknown, cluster: Inventory): unknown {
  if (Array.isArray(value)) return value.map((item) => fillIn(item, cluster));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, cluster)]));
  if (typeof value !== "string") return value;
  return value.replace(
    /\$\{ip:([^}]*)\}(\/32(?![0-9]))?/g,
    (placeholder, wanted: string, host: string | undefined) => {
      const ip = cluster.pods.find((pod) => `${pod.namespace}/${pod.name}` === wanted)?.ips[0];
      if (ip === undefined)
        throw new CaseFileError(placeholder, `the model has no pod ${JSON.stringify(wanted)}`);
      return host && ip.includes(":") ? `${ip}/128` : `${ip}${host ?? ""}`;
    },
  );
}
