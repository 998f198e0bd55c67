/** Random small inventories for the policies of test/analysis/policies.ts. */
import fc from "fast-check";
import { decide } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint } from "../../../src/analysis/semantics/decide.js";
import type { Inventory, Namespace, Pod } from "../../../src/ir/inventory.js";
import type { Policy } from "../../../src/ir/policy.js";
import { NAMESPACE_NAME_LABEL } from "../../../src/ir/inventory.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { PORTS, PROTOCOL_PORTS } from "../flows.js";

const value = fc.constantFrom("a", "b", "z");

const pod = (index: number): fc.Arbitrary<Pod> =>
  fc.record({
    namespace: fc.constantFrom("x", "y"),
    name: fc.constant(`p${index}`),
    labels: fc.record({ k: value, l: value }, { requiredKeys: [] }),
    ports: fc.constantFrom(...PORTS),
    ips: fc.constantFrom(
      [],
      [`10.0.0.${index}`],
      [`10.128.0.${index}`, `fd00:1::${index}`],
      [`9000::${index}`],
    ),
    hostNetwork: fc.constant(false),
    span: fc.constant(NO_SPAN),
  }) as fc.Arbitrary<Pod>;

const namespaces: fc.Arbitrary<Namespace[]> = fc.tuple(value, value).map((environments) =>
  environments.map((env, i) => {
    const name = ["x", "y"][i]!;
    return { name, labels: { [NAMESPACE_NAME_LABEL]: name, env }, span: NO_SPAN };
  }),
);

export const inventory: fc.Arbitrary<Inventory> = fc
  .record({ namespaces, pods: fc.tuple(pod(1), pod(2), pod(3), pod(4)) })
  .map((known) => ({ ...known, nodes: [], services: [] }));

/** Tells the addresses of a pod apart. */
export function endName({ name }: Pick<Pod, "name">, ip: string | undefined): string {
  return ip === undefined ? name : `${name}@${ip}`;
}

interface NamedEnd {
  readonly name: string;
  readonly end: Endpoint;
}

function endsOf(pod: Pod, { namespaces }: Inventory): readonly NamedEnd[] {
  const namespace = namespaces.find(({ name }) => name === pod.namespace)!;
  const ips = pod.ips.length > 0 ? pod.ips : [undefined];
  return ips.map((ip) => {
    return { name: endName(pod, ip), end: { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) } };
  });
}

function familyOf(end: Endpoint): string {
  return end.ip === undefined ? "any" : end.ip.includes(":") ? "6" : "4";
}

/** Every flow between two pods, or a pod and one of the addresses, that the reference semantics allows, as text. */
export function allowedFlows(
  set: readonly Policy[],
  known: Inventory,
  addresses: readonly string[] = [],
): Set<string> {
  const found = new Set<string>();
  const outside = addresses.map((ip): NamedEnd => ({ name: ip, end: { kind: "address", ip } }));
  const inside = known.pods.flatMap((pod) => endsOf(pod, known));
  for (const from of [...inside, ...outside])
    for (const to of [...inside, ...outside]) {
      const families = new Set([familyOf(from.end), familyOf(to.end)]);
      if (from.name.split("@")[0] === to.name.split("@")[0] || (families.has("4") && families.has("6")))
        continue;
      if (from.end.kind === "address" && to.end.kind === "address") continue;
      for (const what of PROTOCOL_PORTS)
        if (decide(set, { from: from.end, to: to.end, ...what }).verdict === "allow")
          found.add(`${from.name} ${to.name} ${what.protocol} ${what.port}`);
    }
  return found;
}
