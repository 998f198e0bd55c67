/** Finds an end of a connection, written as `shop/web`, `shop/app=web` or `10.0.0.1`, in an inventory. */
import { formatAddress, isLoopback, parseAddress } from "../../ir/address.js";
import type { Inventory, Pod, Service } from "../../ir/inventory.js";
import { NO_SPAN } from "../../source/span.js";
import { kindOf, podsNamed } from "./pod_names.js";
import type { PodName } from "./pod_names.js";
import { nearNames, unresolved } from "./unresolved.js";
import type { Unresolved } from "./unresolved.js";

export type End =
  /** One pod, those of a workload, or those behind a headless service; `ip` is the address that was written. */
  | { readonly kind: "pods"; readonly pods: readonly Pod[]; readonly ip?: string; readonly service?: Service }
  | { readonly kind: "service"; readonly service: Service; readonly ip?: string }
  | { readonly kind: "address"; readonly ip: string; readonly isLoopback: boolean };

export function findEnd(text: string, inventory: Inventory): End | Unresolved {
  const address = parseAddress(text);
  if (address) return byAddress(formatAddress(address), isLoopback(address), inventory);
  const [first, ...parts] = text.split("/");
  const rest = parts.join("/");
  if (!first || !rest) return notAnEnd(text, inventory);
  if (rest.includes("=")) return podWithLabels(first, rest);
  const [middle, name, ...more] = parts;
  if (more.length > 0) return notAnEnd(text, inventory);
  if (name === undefined)
    return (
      named(text, { namespace: first, name: middle! }, inventory) ??
      ofKind(text, { word: first, name: middle! }, inventory)
    );
  return ofKind(text, { namespace: first, word: middle!, name }, inventory);
}

function byAddress(ip: string, isLoopback: boolean, { pods, services }: Inventory): End {
  const pod = pods.find(({ ips, hostNetwork }) => !hostNetwork && ips.includes(ip));
  if (pod) return { kind: "pods", pods: [pod], ip };
  const service = services.find(({ clusterIps = [], externalIps = [] }) =>
    [...clusterIps, ...externalIps].includes(ip),
  );
  return service ? { kind: "service", service, ip } : { kind: "address", ip, isLoopback };
}

/** `KIND/NAME`, which may be of any namespace if there is only one of it, or `NAMESPACE/KIND/NAME`. */
function ofKind(
  text: string,
  { namespace, word, name }: { readonly namespace?: string; readonly word: string; readonly name: string },
  inventory: Inventory,
): End | Unresolved {
  const kind = kindOf(word);
  const end =
    kind === undefined
      ? undefined
      : named(text, { ...(namespace !== undefined && { namespace }), kind, name }, inventory);
  return end ?? unresolved(`no pod or workload ${text} in the files`, similarNames(text, inventory));
}

/** A pod or workload, or else a Service: they often share a name, and policies apply to the pods. */
function named(text: string, name: PodName, inventory: Inventory): End | Unresolved | undefined {
  const pods = name.kind === "Service" ? [] : podsNamed(name, inventory);
  const services = inventory.services.filter(
    (each) =>
      (name.kind ?? "Service") === "Service" &&
      each.name === name.name &&
      (name.namespace ?? each.namespace) === each.namespace,
  );
  const found = pods.length > 0 ? pods : services;
  const namespaces = [...new Set(found.map(({ namespace }) => namespace))];
  if (namespaces.length > 1)
    return unresolved(
      `${text} is in several namespaces`,
      namespaces.map((each) => `${each}/${text}`),
    );
  if (pods.length > 0) return { kind: "pods", pods };
  if (services[0]) return { kind: "service", service: services[0] };
  const ended = inventory.ended?.some((pod) => pod.namespace === name.namespace && pod.name === name.name);
  return ended ? unresolved(`pod ${text} has ended: it has no network`) : undefined;
}

function podWithLabels(namespace: string, text: string): End | Unresolved {
  const labels: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const [, key, value] = /^([^=\s]+)={1,2}([^=\s]*)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined)
      return unresolved(`${pair} is not a label: write KEY=VALUE, comma-separated`);
    labels[key] = value;
  }
  // Like a template it stands for any number of pods: two ends with the same labels are two pods.
  const workload = { kind: "Pod", name: text };
  const pod = {
    namespace,
    name: text,
    labels,
    ports: [],
    ips: [],
    hostNetwork: false,
    workload,
    span: NO_SPAN,
  };
  return { kind: "pods", pods: [pod] };
}

function notAnEnd(text: string, inventory: Inventory): Unresolved {
  return unresolved(
    `${text} is neither NAMESPACE/POD nor NAMESPACE/KEY=VALUE nor an address`,
    similarNames(text, inventory),
  );
}

function similarNames(text: string, { pods, services }: Inventory): readonly string[] {
  return nearNames(
    text,
    [...pods, ...services].map(({ namespace, name }) => `${namespace}/${name}`),
  );
}
