/** What a linter has to find: one policy a namespace with something of one kind. */
import { Planted } from "./manifest_text.js";
import type { Value } from "./manifest_text.js";
import { dns, egressTo, ingressFrom, labels, networkPolicy, tcp } from "./policy_parts.js";

interface Planting {
  readonly ns: string;
  /** Workloads of the namespace; the first is a frontend. */
  readonly app: string;
}

const OUTSIDE = { ipBlock: { cidr: "192.0.2.0/24" } };

const KINDS: readonly ((planting: Planting) => Value)[] = [
  // A rule inside the one of allow-health, beside one that is needed.
  ({ ns, app }) =>
    networkPolicy(ns, "zz-covered-rule", labels({ app, tier: "frontend" }), {
      ingress: [
        new Planted(
          "redundant-rule",
          ingressFrom([{ podSelector: labels({ tier: "backend" }) }], [tcp(15021)]),
        ),
        ingressFrom([OUTSIDE], [tcp(8081)]),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(
      ns,
      new Planted("redundant-policy", "zz-covered-policy"),
      labels({ app, tier: "frontend" }),
      {
        ingress: [ingressFrom([{ podSelector: labels({ tier: "backend" }) }], [tcp(15021)])],
      },
    ),
  ({ ns }) => networkPolicy(ns, new Planted("duplicate-policy", "allow-dns"), {}, { egress: [dns()] }),
  ({ ns, app }) => ({
    ...networkPolicy(
      ns,
      "zz-contradiction",
      new Planted("empty-match", {
        matchLabels: { app },
        matchExpressions: [{ key: "app", operator: "NotIn", values: [app] }],
      }),
      { ingress: [ingressFrom([OUTSIDE], [tcp(8081)])] },
    ),
  }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-empty-peer", labels({ app }), {
      egress: [
        egressTo(
          [OUTSIDE, { podSelector: new Planted("dangling-peer", labels({ app: `${app}-typo` })) }],
          [tcp(8444)],
        ),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-noncanonical", labels({ app }), {
      egress: [
        egressTo([{ ipBlock: { cidr: new Planted("noncanonical-cidr", "2001:DB9::/32") } }], [tcp(8444)]),
      ],
    }),
];

/** The policy that is planted in the namespace of this number. */
export function plantIn(
  ns: string,
  index: number,
  apps: readonly { readonly name: string }[],
): readonly Value[] {
  return [KINDS[index % KINDS.length]!({ ns, app: apps[0]!.name })];
}
