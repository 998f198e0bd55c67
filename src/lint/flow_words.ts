import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";
import type { Labels } from "../ir/inventory.js";
import type { Endpoint, Flow } from "../analysis/semantics/decide.js";

/** A witness of every possible cluster in words, such as `a pod app=web of namespace shop to 10.0.0.1, TCP port 80`. */
export function flowWords({ from, to, protocol, port }: Flow): string {
  const on = protocol === "other" ? "ICMP, say" : `${protocol} port ${port}`;
  return `${endWords(from)} to ${endWords(to)}, ${on}`;
}

function endWords(end: Endpoint): string {
  if (end.kind === "address") return end.ip;
  const { name, labels } = end.namespace;
  const others = Object.fromEntries(Object.entries(labels).filter(([key]) => key !== NAMESPACE_NAME_LABEL));
  const own = Object.keys(end.pod.labels).length > 0 ? `a pod ${labelWords(end.pod.labels)}` : "a pod";
  const inside = Object.keys(others).length > 0 ? `a namespace ${labelWords(others)}` : `namespace ${name}`;
  return `${own} of ${inside}${end.ip === undefined ? "" : ` at ${end.ip}`}`;
}

function labelWords(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
