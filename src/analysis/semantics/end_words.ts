import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Labels } from "../../ir/inventory.js";
import type { Endpoint } from "./decide.js";
import { knownLabels } from "./pod_variants.js";

/**
 * An end of a connection in words: an address, `shop/web-0 (app=web) 10.0.0.1`, or of a pod that stands for all of its
 * kind, which no file describes, `pod app=web in shop (team=a)`.
 */
export function endWords(end: Endpoint): string {
  if (end.kind === "address") return end.ip;
  const { pod, namespace, ip } = end;
  const labels = labelWords(knownLabels(pod));
  const at = ip === undefined ? "" : ` ${ip}`;
  if ("ips" in pod) return `${pod.namespace}/${pod.name}${inBrackets(labels)}${at}`;
  const { [NAMESPACE_NAME_LABEL]: _, ...ofNamespace } = namespace.labels;
  return `pod ${labels || "without labels"} in ${namespace.name}${inBrackets(labelWords(ofNamespace))}${at}`;
}

function inBrackets(text: string): string {
  return text === "" ? "" : ` (${text})`;
}

function labelWords(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => (value === "" ? key : `${key}=${value}`))
    .join(",");
}
