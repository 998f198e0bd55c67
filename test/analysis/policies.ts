/** Random sets of policies of all tiers, over the small universe of arbitrary.ts. */
import fc from "fast-check";
import type { NetworkPolicy, PodMatch, Policy, Rule, TierPolicy } from "../../src/ir/policy.js";
import { NO_SPAN } from "../../src/source/span.js";
import { peer, podMatch, podSelector, portMatch } from "./arbitrary.js";

const parts = {
  direction: fc.constantFrom("ingress" as const, "egress" as const),
  peers: fc.option(fc.array(peer, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  ports: fc.option(fc.array(portMatch, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
};

function ruleOf({
  peers,
  ports,
  ...rest
}: Omit<Rule, "span" | "logged" | "peers" | "ports"> & {
  peers: Rule["peers"] | undefined;
  ports: Rule["ports"] | undefined;
}): Rule {
  return { ...rest, ...(peers && { peers }), ...(ports && { ports }), logged: false, span: NO_SPAN };
}

const networkPolicy: fc.Arbitrary<NetworkPolicy> = fc
  .record({
    pods: podSelector,
    isolates: fc.constantFrom(
      { ingress: true, egress: true },
      { ingress: true, egress: false },
      { ingress: false, egress: true },
    ),
    rules: fc.array(fc.record(parts), { maxLength: 3 }),
  })
  .map(({ pods, isolates, rules }) => {
    const subject: PodMatch = {
      kind: "pods",
      namespaces: { kind: "name", name: "x", span: NO_SPAN },
      pods,
      span: NO_SPAN,
    };
    return {
      kind: "NetworkPolicy",
      tier: "networkpolicy",
      name: "p",
      namespace: "x",
      subject,
      isolates,
      rules: rules
        .filter(({ direction }) => isolates[direction])
        .map((rule) => ruleOf({ ...rule, action: "allow", subject })),
      logged: false,
      span: NO_SPAN,
    };
  });

const tierPolicy = (tier: "admin" | "baseline"): fc.Arbitrary<TierPolicy> =>
  fc
    .record({
      priority: fc.integer({ min: 0, max: 3 }),
      rules: fc.array(
        fc.record({
          ...parts,
          subject: podMatch,
          action: fc.constantFrom("allow" as const, "deny" as const, "pass" as const),
        }),
        { maxLength: 3 },
      ),
    })
    .map(({ priority, rules }) => ({
      kind: tier === "admin" ? "AdminTier" : "BaselineTier",
      tier,
      name: "t",
      priority,
      rules: rules.map(ruleOf),
      logged: false,
      span: NO_SPAN,
    }));

/** Places of their own, in the order of the list, as files give them. */
function placed(policies: readonly Policy[]): Policy[] {
  let at = 0;
  const next = () => ({ file: "f", start: at++, end: at });
  return policies.map((policy) => {
    const span = next();
    return {
      ...policy,
      name: `${policy.name}${span.start}`,
      span,
      rules: policy.rules.map((rule) => ({ ...rule, span: next() })),
    };
  });
}

export const policies: fc.Arbitrary<Policy[]> = fc
  .tuple(
    fc.array(tierPolicy("admin"), { maxLength: 2 }),
    fc.array(networkPolicy, { maxLength: 4 }),
    fc.array(tierPolicy("baseline"), { maxLength: 2 }),
  )
  .map((groups) => placed(groups.flat()));
