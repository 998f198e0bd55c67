/** Engine `reference`: the reference semantics, without a kernel. */
import { decide } from "../analysis/semantics/decide.js";
import type { Endpoint } from "../analysis/semantics/decide.js";
import type { Inventory, Pod } from "../ir/inventory.js";
import type { Answer, Engine, EngineCase, Pair, Situation } from "./engine.js";

export function referenceEngine(): Engine {
  return { width: 1, begin: () => Promise.resolve(CASE), close: () => Promise.resolve() };
}

const CASE: EngineCase = {
  step: (situation, pairs) => Promise.resolve(pairs.map((pair) => answer(situation, pair))),
  end: () => Promise.resolve(),
};

/** A pod's connection to itself is asked as one to another pod just like it: published cases have no special case for it. */
function answer({ cluster, policies, protocol, port }: Situation, { from, to }: Pair): Answer {
  const { verdict } = decide(policies, {
    from: endpoint(cluster, from),
    to: endpoint(cluster, to),
    protocol,
    port,
  });
  return { verdict };
}

function endpoint(cluster: Inventory, pod: Pod): Endpoint {
  const namespace = cluster.namespaces.find(({ name }) => name === pod.namespace)!;
  return { kind: "pod", pod, namespace, ip: pod.ips[0]! };
}
