import fc from "fast-check";
import { expect, test } from "vitest";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import { decideSide, matchesPeer, namedPort } from "../../src/analysis/semantics/decide.js";
import { selectsPod } from "../../src/analysis/semantics/select.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { ruleIds } from "../../src/codegen/rule_ids.js";
import { verdictOf } from "../../src/codegen/verdict_of.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import type { NodeState } from "../../src/state/node_state.js";
import { nodeState } from "../../src/state/node_state.js";
import { ADDRESSES, inventory, policies } from "./arbitrary_cluster.js";
import { bundleOf } from "./bundle_of.js";
import { classOf, peerAt, stepAt, subjectOf } from "./decoded_state.js";

const NODE = { name: "node", ips: ["192.0.2.1", "2001:db8::1"] };

function stateOf(bundle: Bundle, of: Inventory): NodeState {
  const pods = of.pods.map((pod) => ({ pod, interface: `veth-${pod.name}` }));
  return nodeState(bundle, of, NODE, pods, { epoch: 1 });
}

function endpointOf(of: Inventory, pod: Pod, ip?: string): Extract<Endpoint, { kind: "pod" }> {
  const namespace = of.namespaces.find(({ name }) => name === pod.namespace)!;
  return { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) };
}

/** Who is behind each address, as the reference sees it. */
function peersOf(of: Inventory): { ip: string; endpoint: Endpoint }[] {
  const pods = of.pods.filter(({ hostNetwork }) => !hostNetwork);
  return [...ADDRESSES, ...NODE.ips].map((ip) => {
    const pod = pods.find(({ ips }) => ips.includes(ip));
    if (pod) return { ip, endpoint: endpointOf(of, pod, ip) };
    return { ip, endpoint: { kind: "address" as const, ip, ownNode: NODE.ips.includes(ip) } };
  });
}

/** For each pod with a program: the pod, the program, and the set it is of. */
function programsOf(bundle: Bundle, of: Inventory, { state, podProfile, profiles }: NodeState) {
  return of.pods.flatMap((pod) => {
    const number = podProfile.get(`${pod.namespace}/${pod.name}`);
    if (number === undefined) return [];
    const set = bundle.manifest.sets.find(({ name }) => name === profiles[number - 1]!.set)!;
    return [{ pod, set, program: state.programs[number - 1]! }];
  });
}

test("an address leads to exactly the peer terms that the reference says match it, and to its port names", () => {
  fc.assert(
    fc.property(policies, inventory, (given: Policy[], of) => {
      const bundle = bundleOf(given, "specialised");
      const node = stateOf(bundle, of);
      for (const { set, program } of programsOf(bundle, of, node))
        for (const { ip, endpoint } of peersOf(of)) {
          const peer = peerAt(set, program, classOf(node.state, ip));
          const terms = [...set.terms.keys()].filter((bit) => matchesPeer(set.terms[bit]!, endpoint));
          const ports = set.namedPorts.map(({ protocol, name }) => namedPort(endpoint, protocol, name) ?? 0);
          expect([...peer.terms], ip).toEqual(terms);
          expect(peer.ports.slice(0, ports.length), ip).toEqual(ports);
          expect(peer.flags, ip).toBe(endpoint.kind === "address" && endpoint.ownNode ? 1 : 0);
        }
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test("a pod's program has exactly the subject selectors that select the pod", () => {
  fc.assert(
    fc.property(policies, inventory, (given, of) => {
      const bundle = bundleOf(given, "specialised");
      const node = stateOf(bundle, of);
      for (const { pod, set, program } of programsOf(bundle, of, node)) {
        const { namespace } = endpointOf(of, pod);
        const subject = subjectOf(set, program);
        expect([...subject.selected]).toEqual(
          [...set.subjects.keys()].filter((bit) => selectsPod(set.subjects[bit]!, pod, namespace)),
        );
        for (const [slot, { protocol, name }] of set.namedPorts.entries())
          expect(subject.ports[slot]).toBe(namedPort(endpointOf(of, pod), protocol, name) ?? 0);
      }
    }),
    { numRuns: 1000 },
  );
}, 60_000);

const KEYS = [0, 1, 6, 17, 58, 132, 255].flatMap((proto) =>
  [0, 1, 2, 3, 4, 80, 65534, 65535].map((port) => ({ key: (proto << 16) | port, proto, port })),
);

function flowOf(from: Endpoint, to: Endpoint, proto: number, port: number): Flow {
  const protocol = ({ 6: "TCP", 17: "UDP", 132: "SCTP" } as const)[proto as 6];
  return protocol ? { from, to, protocol, port } : { from, to, protocol: "other", port: 0 };
}

test("a table's step is what the reference says: verdict, first rule and logging, for every protocol number", () => {
  fc.assert(
    fc.property(policies, inventory, (given, of) => {
      const bundle = bundleOf(given, "table");
      const ids = ruleIds(bundle.policies);
      const node = stateOf(bundle, of);
      for (const { pod, program } of programsOf(bundle, of, node))
        for (const { ip, endpoint } of peersOf(of))
          for (const direction of ["egress", "ingress"] as const)
            for (const { key, proto, port } of KEYS) {
              const self = endpointOf(of, pod);
              const [from, to] = direction === "egress" ? [self, endpoint] : [endpoint, self];
              const decision = decideSide(bundle.policies, direction, flowOf(from, to, proto, port));
              const { rule, action, logged } = verdictOf(decision, ids);
              expect(
                stepAt(program, classOf(node.state, ip), direction, key),
                `${ip} ${direction} ${key}`,
              ).toEqual({ rule, action: action === "allow" ? 1 : 0, logged: logged ? 1 : 0 });
            }
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("a pod has no program exactly when no policy can decide about it", () => {
  fc.assert(
    fc.property(policies, inventory, (given, of) => {
      const bundle = bundleOf(given, "specialised");
      const { podProfile } = stateOf(bundle, of);
      for (const pod of of.pods) {
        const { namespace } = endpointOf(of, pod);
        const selected = bundle.policies.some((policy) =>
          policy.tier === "networkpolicy"
            ? selectsPod(policy.subject, pod, namespace)
            : policy.rules.some((rule) => selectsPod(rule.subject, pod, namespace)),
        );
        expect(podProfile.has(`${pod.namespace}/${pod.name}`)).toBe(selected && !pod.hostNetwork);
      }
    }),
    { numRuns: 1000 },
  );
}, 60_000);
