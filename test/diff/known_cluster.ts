/** Random small inventories for the policies of test/analysis/policies.ts. */
import fc from "fast-check";
import type { Inventory, Namespace, Pod } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import { NO_SPAN } from "../../src/source/span.js";
import { PORTS } from "../analysis/flows.js";

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
