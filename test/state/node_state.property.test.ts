import fc from "fast-check";
import { expect, test } from "vitest";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import { decideSide, matchesPeer, namedPort } from "../../src/analysis/semantics/decide.js";
import { selectsPod } from "../../src/analysis/semantics/select.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { ManifestSet } from "../../src/bundle/manifest.js";
import { ruleIds } from "../../src/codegen/rule_ids.js";
import { verdictOf } from "../../src/codegen/verdict_of.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import type { NodeState } from "../../src/state/node_state.js";
import { nodeState } from "../../src/state/node_state.js";
import { ADDRESSES, inventory, policies } from "./arbitrary_cluster.js";
import { bundleOf } from "./bundle_of.js";
import { numbered, PlayedLoader } from "./played_loader.js";
import { expectSame } from "./same_outcome.js";

const NODE = { name: "node", ips: ["192.0.2.1", "2001:db8::1"] };

/** Enough for all of these, and made in no time. */
const SIZES = { subjects: 16, classes: 128, steps: 4096 };

/** The tables as the kernel has them, and the names behind their numbers. */
function stateOf(bundle: Bundle, of: Inventory): { node: NodeState; loader: PlayedLoader } {
  const pods = of.pods.map((pod) => ({ pod, interface: `veth-${pod.name}` }));
  const node = nodeState(bundle, of, NODE, pods, { generation: 1, sizes: SIZES });
  const loader = new PlayedLoader();
  loader.apply(node.state);
  return { node, loader };
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

/** For each pod with specialised code: the pod, its subject, and the set that its code is of. */
function programsOf(bundle: Bundle, of: Inventory, { state, podProfile, profiles }: NodeState) {
  return of.pods.flatMap((pod) => {
    const number = podProfile.get(`${pod.namespace}/${pod.name}`);
    if (number === undefined) return [];
    const profile = profiles.find((each) => each.number === number)!;
    const set = bundle.manifest.sets.find(({ name }) => name === profile.set)!;
    const subject = state.pods.find(({ name }) => name === `${pod.namespace}/${pod.name}`)!.subject!;
    return [{ pod, set, subject }];
  });
}

/** Terms, and port names of one direction, of the set's rules that select the pod: its code reads no others. */
function askedOf(
  bundle: Bundle,
  set: ManifestSet,
  self: Extract<Endpoint, { kind: "pod" }>,
  ofPorts: "ingress" | "egress",
) {
  const rules = set.policies
    .flatMap((index) => bundle.policies[index]!.rules)
    .filter((rule) => selectsPod(rule.subject, self.pod, self.namespace));
  const terms = rules.flatMap(({ peers }) => peers ?? []).map((peer) => JSON.stringify(peer));
  const names = rules
    .filter(({ direction }) => direction === ofPorts)
    .flatMap(({ ports }) => ports ?? [])
    .flatMap((port) => (port.kind === "named" ? `${port.protocol} ${port.name}` : []));
  return {
    bits: [...set.terms.keys()].filter((bit) => terms.includes(JSON.stringify(set.terms[bit]))),
    slots: [...set.namedPorts.keys()].filter((slot) => {
      const { protocol, name } = set.namedPorts[slot]!;
      return names.includes(`${protocol} ${name}`);
    }),
  };
}

test("an address leads to exactly the peer terms that the reference says match it, and to its port names", () => {
  fc.assert(
    fc.property(policies, inventory, (given: Policy[], of) => {
      const bundle = bundleOf(given, "specialised");
      const { node, loader } = stateOf(bundle, of);
      for (const { pod, set, subject } of programsOf(bundle, of, node)) {
        const asked = askedOf(bundle, set, endpointOf(of, pod), "egress");
        for (const { ip, endpoint } of peersOf(of)) {
          const bytes = loader.peer(subject, ip, 8 * set.termWords + 2 * set.namedSlots);
          const peer = numbered(bytes, 0, set.termWords, set.namedSlots);
          const terms = asked.bits.filter((bit) => matchesPeer(set.terms[bit]!, endpoint));
          expect(
            asked.bits.filter((bit) => peer.bits.has(bit)),
            ip,
          ).toEqual(terms);
          for (const slot of asked.slots) {
            const { protocol, name } = set.namedPorts[slot]!;
            expect(peer.ports[slot], ip).toBe(namedPort(endpoint, protocol, name) ?? 0);
          }
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test("the node's own addresses are marked, and no others", () => {
  fc.assert(
    fc.property(policies, inventory, (given, of) => {
      const { loader } = stateOf(bundleOf(given, "table"), of);
      for (const { ip, endpoint } of peersOf(of)) {
        const own = endpoint.kind === "address" && endpoint.ownNode === true;
        expect((loader.bank.addressValue(ip) & 0x80000000) !== 0, ip).toBe(own);
      }
    }),
    { numRuns: 200 },
  );
});

test("a pod's program has exactly the subject selectors that select the pod", () => {
  fc.assert(
    fc.property(policies, inventory, (given, of) => {
      const bundle = bundleOf(given, "specialised");
      const { node, loader } = stateOf(bundle, of);
      for (const { pod, set, subject } of programsOf(bundle, of, node)) {
        const self = endpointOf(of, pod);
        const program = loader.programs.get(subject)!;
        const { bits, ports } = numbered(program.subject, 0, set.subjectWords, set.namedSlots);
        expect([...bits]).toEqual(
          [...set.subjects.keys()].filter((bit) => selectsPod(set.subjects[bit]!, pod, self.namespace)),
        );
        const asked = askedOf(bundle, set, self, "ingress");
        for (const slot of asked.slots) {
          const { protocol, name } = set.namedPorts[slot]!;
          expect(ports[slot]).toBe(namedPort(self, protocol, name) ?? 0);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

const KEYS = [0, 1, 6, 17, 58, 132, 255].flatMap((proto) =>
  [0, 1, 2, 3, 4, 80, 65534, 65535].map((port) => ({ key: (proto << 16) | port, proto, port })),
);

/** A packet from an address of the node that did not come from the node itself: the programs tell by the way it came. */
function asForwarded(endpoint: Endpoint): Endpoint {
  return endpoint.kind === "address" ? { ...endpoint, ownNode: false } : endpoint;
}

function flowOf(from: Endpoint, to: Endpoint, proto: number, port: number): Flow {
  const protocol = ({ 6: "TCP", 17: "UDP", 132: "SCTP" } as const)[proto as 6];
  return protocol ? { from, to, protocol, port } : { from, to, protocol: "other", port: 0 };
}

test.each(["table", "specialised"] as const)(
  "a row's step is what the reference says, of a set in %s form: verdict, first rule and logging, for every protocol number",
  (form) => {
    fc.assert(
      fc.property(policies, inventory, (given, of) => {
        const bundle = bundleOf(given, form);
        const { node, loader } = stateOf(bundle, of);
        const ids = ruleIds(bundle.policies);
        for (const pod of of.pods.filter(({ hostNetwork }) => !hostNetwork))
          for (const { ip, endpoint } of peersOf(of))
            for (const direction of ["egress", "ingress"] as const)
              for (const { key, proto, port } of KEYS) {
                const self = endpointOf(of, pod);
                const seen = direction === "ingress" ? asForwarded(endpoint) : endpoint;
                const [from, to] = direction === "egress" ? [self, seen] : [seen, self];
                const decision = decideSide(bundle.policies, direction, flowOf(from, to, proto, port));
                const { rule, action, logged } = verdictOf(decision, ids);
                const got = loader.bank.outcome(`veth-${pod.name}`, direction, ip, key);
                const profile = node.profiles.find(({ number }) => number === got.profile);
                const named = got.rule === 0 ? 0 : profile!.rules[got.rule - 1]! + 1;
                expectSame(
                  { ...got, rule: named },
                  { rule, allow: action === "allow", logged },
                  () => `${pod.name} ${ip} ${direction} ${key}`,
                );
              }
      }),
      { numRuns: 100 },
    );
  },
  60_000,
);

test("a pod has no program exactly when no policy can decide about it", () => {
  fc.assert(
    fc.property(policies, inventory, (given, of) => {
      const bundle = bundleOf(given, "specialised");
      const { podProfile } = stateOf(bundle, of).node;
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
});
