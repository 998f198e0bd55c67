/** Flows that tell the matches of arbitrary.ts apart. */
import fc from "fast-check";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import type { ContainerPort, Labels } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";

export const IPS = [
  "10.0.0.1",
  "10.1.0.1",
  "10.128.0.1",
  "9.0.0.1",
  "200.0.0.1",
  "1::1",
  "fd00::1",
  "fd00:1::1",
  "9000::1",
];

export const PODS = ["x", "y", "z"].flatMap((name) =>
  [undefined, "a", "z"].flatMap((env) =>
    [undefined, "a", "b", "z"].flatMap((k) =>
      [undefined, "a", "b", "z"].map((l) => ({
        namespace: { name, labels: { [NAMESPACE_NAME_LABEL]: name, ...(env && { env }) } as Labels },
        labels: { ...(k && { k }), ...(l && { l }) } as Labels,
      })),
    ),
  ),
);

export const PORTS: readonly (readonly ContainerPort[])[] = [
  [],
  [{ name: "web", port: 2, protocol: "TCP" }],
  [
    { name: "dns", port: 3, protocol: "TCP" },
    { name: "dns", port: 3, protocol: "UDP" },
  ],
  [
    { name: "web", port: 2, protocol: "TCP" },
    { name: "dns", port: 2, protocol: "TCP" },
  ],
];

export const PROTOCOL_PORTS: readonly Pick<Flow, "protocol" | "port">[] = [
  { protocol: "other", port: 0 },
  ...(["TCP", "UDP", "SCTP"] as const).flatMap((protocol) =>
    [0, 1, 2, 3, 4, 65535].map((port) => ({ protocol, port })),
  ),
];

/** A flow seen from its subject, which is a pod: it is made for the direction in question. */
export const flow: fc.Arbitrary<(direction: "ingress" | "egress") => Flow> = fc
  .record({
    subject: fc.constantFrom(...PODS),
    far: fc.option(fc.constantFrom(...PODS), { nil: undefined }),
    ip: fc.constantFrom(...IPS),
    ports: fc.constantFrom(...PORTS),
    what: fc.constantFrom(...PROTOCOL_PORTS),
  })
  .map(({ subject, far, ip, ports, what }) => (direction) => {
    const own = podEnd(subject, ports, ip.includes(":") ? "2001:db8::1" : "192.0.2.1");
    const other: Endpoint = far ? podEnd(besides(subject, far), ports, ip) : { kind: "address", ip };
    const [from, to] = direction === "ingress" ? [other, own] : [own, other];
    return { from, to, ...what };
  });

/** In one cluster a namespace has its labels once. */
function besides({ namespace }: (typeof PODS)[number], far: (typeof PODS)[number]): (typeof PODS)[number] {
  return namespace.name === far.namespace.name ? { ...far, namespace } : far;
}

function podEnd(pod: (typeof PODS)[number], ports: readonly ContainerPort[], ip: string): Endpoint {
  return {
    kind: "pod",
    pod: { namespace: pod.namespace.name, name: "p", labels: pod.labels, ports },
    namespace: pod.namespace,
    ip,
  };
}
