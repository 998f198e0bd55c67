/** Random policies and pods over the small universe of ../analysis/arbitrary.ts. */
import fc from "fast-check";
import type { ContainerPort, Inventory, Namespace, Pod } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type {
  Direction,
  NetworkPolicy,
  Peer,
  Policy,
  PortMatch,
  Rule,
  TierPolicy,
} from "../../src/ir/policy.js";
import { NO_SPAN as span } from "../../src/source/span.js";
import {
  keys,
  namespaceNames,
  peer,
  podMatch,
  podSelector,
  portMatch,
  values,
} from "../analysis/arbitrary.js";

const what = fc.record({
  peers: fc.option(fc.array(peer, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  ports: fc.option(fc.array(portMatch, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  logged: fc.boolean(),
});

function parts({ peers, ports }: { peers: Peer[] | undefined; ports: PortMatch[] | undefined }) {
  return { ...(peers && { peers }), ...(ports && { ports }) };
}

const networkPolicy: fc.Arbitrary<Omit<NetworkPolicy, "name">> = fc
  .record({
    namespace: fc.constantFrom(...namespaceNames),
    selector: podSelector,
    isolates: fc.constantFrom(
      { ingress: true, egress: false },
      { ingress: true, egress: true },
      { ingress: false, egress: true },
    ),
    ingress: fc.array(what, { maxLength: 3 }),
    egress: fc.array(what, { maxLength: 3 }),
    logged: fc.boolean(),
  })
  .map(({ namespace, selector, isolates, ingress, egress, logged }) => {
    const subject = {
      kind: "pods" as const,
      namespaces: { kind: "name" as const, name: namespace, span },
      pods: selector,
      span,
    };
    const rule =
      (direction: Direction) =>
      (of: (typeof ingress)[number]): Rule => {
        return { direction, action: "allow", subject, ...parts(of), logged, span };
      };
    const rules = [
      ...(isolates.ingress ? ingress.map(rule("ingress")) : []),
      ...(isolates.egress ? egress.map(rule("egress")) : []),
    ];
    return {
      kind: "NetworkPolicy",
      tier: "networkpolicy",
      namespace,
      subject,
      isolates,
      rules,
      logged,
      span,
    };
  });

const tierRule: fc.Arbitrary<Rule> = fc
  .record({
    of: what,
    direction: fc.constantFrom("ingress" as const, "egress" as const),
    action: fc.constantFrom("allow" as const, "deny" as const, "pass" as const),
    subject: podMatch,
  })
  .map(({ of, direction, action, subject }) => ({
    direction,
    action,
    subject,
    ...parts(of),
    logged: of.logged,
    span,
  }));

const tierPolicy: fc.Arbitrary<Omit<TierPolicy, "name">> = fc
  .record({
    tier: fc.constantFrom("admin" as const, "baseline" as const),
    priority: fc.nat({ max: 3 }),
    rules: fc.array(tierRule, { maxLength: 4 }),
  })
  .map(({ tier, priority, rules }) => ({
    kind: tier === "admin" ? "AdminTier" : "BaselineTier",
    tier,
    priority,
    rules,
    logged: false,
    span,
  }));

export const policies: fc.Arbitrary<Policy[]> = fc
  .array(fc.oneof(networkPolicy, networkPolicy, tierPolicy), { minLength: 1, maxLength: 6 })
  .map((list) => list.map((policy, index): Policy => ({ ...policy, name: `p${index}` })));

/** Inside and outside of the blocks of ../analysis/arbitrary.ts, at their borders too. */
export const ADDRESSES = [
  "0.0.0.1",
  "9.255.255.255",
  "10.0.0.0",
  "10.0.255.255",
  "10.1.0.0",
  "10.1.255.255",
  "10.2.0.0",
  "10.127.255.255",
  "10.128.0.0",
  "10.255.255.255",
  "11.0.0.0",
  "127.255.255.255",
  "128.0.0.0",
  "255.255.255.255",
  "::1",
  "7fff:ffff::1",
  "8000::",
  "fcff::1",
  "fd00::1",
  "fd00:1::1",
  "fd00:1:ffff::1",
  "fd00:2::1",
  "fe00::1",
];

export const labels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values, "z"), {
  maxKeys: 2,
});

export const containerPort: fc.Arbitrary<ContainerPort> = fc.record({
  name: fc.constantFrom("web", "dns"),
  port: fc.constantFrom(1, 2, 3, 65535),
  protocol: fc.constantFrom("TCP" as const, "UDP" as const),
});

export const inventory: fc.Arbitrary<Inventory> = fc
  .record({
    env: fc.array(fc.option(fc.constantFrom(...values)), { minLength: 3, maxLength: 3 }),
    pods: fc.array(
      fc.record({
        namespace: fc.constantFrom(...namespaceNames, "z"),
        labels,
        ports: fc.array(containerPort, { maxLength: 3 }),
        hostNetwork: fc.constantFrom(false, false, false, true),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    addresses: fc.shuffledSubarray(ADDRESSES, { minLength: ADDRESSES.length }),
  })
  .map(({ env, pods, addresses }) => ({
    namespaces: [...namespaceNames, "z"].map((name, i): Namespace => {
      const value = env[i];
      return { name, labels: { [NAMESPACE_NAME_LABEL]: name, ...(value != null && { env: value }) }, span };
    }),
    pods: pods.map((pod, i): Pod => ({
      ...pod,
      name: `pod${i}`,
      ips: addresses.slice(2 * i, 2 * i + 2),
      span,
    })),
    nodes: [],
    services: [],
  }));
