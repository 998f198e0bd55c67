/**
 * The ports that a lab tries: those that containers declare, and those that policies name. Declaring is optional, so what a
 * policy allows may be served on a port that no container declares.
 */
import { impliedNamespace, selectsPod } from "../../analysis/semantics/select.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { Policy, PortMatch, Protocol } from "../../ir/policy.js";
import type { LabPlan } from "../plan.js";
import type { ServedPort } from "./probe_process.js";

export interface TriedPorts {
  /** All of them, by number. */
  readonly all: readonly ServedPort[];
  /** Those that no container declares. */
  readonly named: readonly ServedPort[];
  /** How many more policies name than fit. */
  readonly left: number;
}

/** With this many connections it takes minutes; a port that only policies name is left out rather than more. */
const MOST_CONNECTIONS = 100_000;
const ENDS = 2;

/** Of a range its first and its last port; none of a protocol without a number. */
export function portsToTry({ pods }: LabPlan, policies: readonly Policy[]): TriedPorts {
  const declared = distinctPorts(pods.flatMap(({ pod }) => pod.ports));
  const known = new Set(declared.map(portName));
  const named = distinctPorts(
    policies.flatMap(({ rules }) => rules.flatMap(({ ports = [] }) => endsOf(ports))),
  );
  const undeclared = named.filter((port) => !known.has(portName(port)));
  const pairs = (pods.length + 1) * pods.length * ENDS;
  const room = Math.max(0, Math.floor(MOST_CONNECTIONS / pairs) - declared.length);
  const tried = undeclared.slice(0, room);
  return {
    all: distinctPorts([...declared, ...tried]),
    named: tried,
    left: undeclared.length - tried.length,
  };
}

/** What is shown of each pod one by one: its container's ports, and those that rules about connections to it name. */
export function portsOfPods(
  { pods, namespaces }: Inventory,
  policies: readonly Policy[],
): ReadonlyMap<string, readonly ServedPort[]> {
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
  const rules = policies
    .flatMap((policy) => policy.rules)
    .filter(({ direction, ports }) => direction === "ingress" && ports !== undefined);
  return new Map(
    pods.map((pod) => {
      const namespace = byName.get(pod.namespace) ?? impliedNamespace(pod.namespace);
      const about = rules.filter(({ subject }) => selectsPod(subject, pod, namespace));
      const ports = distinctPorts([...pod.ports, ...about.flatMap((rule) => endsOf(rule.ports!))]);
      return [nameOf(pod), ports] as const;
    }),
  );
}

function nameOf({ namespace, name }: Pod): string {
  return `${namespace}/${name}`;
}

/** Such as "9001/tcp". */
export function portName({ protocol, port }: ServedPort): string {
  return `${port}/${protocol.toLowerCase()}`;
}

/** By number, each once. */
export function distinctPorts(
  ports: readonly { readonly protocol: Protocol; readonly port: number }[],
): ServedPort[] {
  const distinct = new Map(ports.map(({ protocol, port }) => [`${port}/${protocol}`, { protocol, port }]));
  return [...distinct.values()].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
}

function endsOf(ports: readonly PortMatch[]): readonly ServedPort[] {
  return ports.flatMap((match) => {
    // A name is a port that some container declares.
    if (match.kind === "named" || isEvery(match)) return [];
    return [match.from, match.to].map((port) => ({ protocol: match.protocol, port: Math.max(port, 1) }));
  });
}

function isEvery({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return from <= 1 && to === 65535;
}
