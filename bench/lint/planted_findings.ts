/** What a linter has to find: one policy a namespace with something of one kind. */
import { Planted } from "./manifest_text.js";
import type { Value } from "./manifest_text.js";
import { dns, egressTo, ingressFrom, inNamespace, labels, networkPolicy, tcp } from "./policy_parts.js";
import { namespace, workload } from "./workload_parts.js";

export interface Plant {
  readonly policy: Value;
  /** What else the policy needs to be about. */
  readonly beside: readonly Value[];
}

interface Planting {
  readonly ns: string;
  /** A workload of the namespace: a frontend. */
  readonly app: string;
  /** One of those that accept no connection of a frontend, on port 5433 not of any address either. */
  readonly database: string;
}

const OUTSIDE = { ipBlock: { cidr: "192.0.2.0/24" } };
/** A namespace of which nothing is described. */
const PARTNERS = inNamespace("partners");

/** An uneven number: folders of one file and of many take turns, and each kind is planted in both. */
const KINDS: readonly ((planting: Planting) => Value | Plant)[] = [
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
  // Inside two others together, of which neither holds it.
  ({ ns, app }) =>
    networkPolicy(ns, "zz-covered-together", labels({ app }), {
      ingress: [
        ingressFrom([{ ipBlock: { cidr: "192.0.2.0/25" } }], [{ ...tcp(9200), endPort: 9249 }]),
        ingressFrom([{ ipBlock: { cidr: "192.0.2.128/25" } }], [{ ...tcp(9200), endPort: 9299 }]),
        new Planted("redundant-rule", ingressFrom([OUTSIDE], [{ ...tcp(9210), endPort: 9240 }])),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(
      ns,
      new Planted("redundant-policy", "zz-covered-policy"),
      labels({ app, tier: "frontend" }),
      { ingress: [ingressFrom([{ podSelector: labels({ tier: "backend" }) }], [tcp(15021)])] },
    ),
  ({ ns }) => networkPolicy(ns, new Planted("duplicate-policy", "allow-dns"), {}, { egress: [dns()] }),
  ({ ns }) => networkPolicy(ns, new Planted("duplicate-policy", "default-deny"), {}, { egress: [dns()] }),
  ({ ns, app }) =>
    networkPolicy(
      ns,
      "zz-contradiction",
      new Planted("empty-match", {
        matchLabels: { app },
        matchExpressions: [{ key: "app", operator: "NotIn", values: [app] }],
      }),
      { ingress: [ingressFrom([OUTSIDE], [tcp(8081)])] },
    ),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-nothing-left", labels({ app }), {
      egress: [
        egressTo(
          [
            OUTSIDE,
            new Planted("empty-match", {
              ipBlock: { cidr: "198.51.100.0/24", except: ["198.51.100.0/25", "198.51.100.128/25"] },
            }),
          ],
          [tcp(8444)],
        ),
      ],
    }),
  ({ ns, app }) => {
    const { spec, ...rest } = networkPolicy(ns, "zz-ineffective", labels({ app }), {
      ingress: [ingressFrom([OUTSIDE], [tcp(8081)])],
    });
    const egress = new Planted("ineffective-section", [egressTo([OUTSIDE], [tcp(8444)])], "key");
    return { ...rest, spec: { ...spec, egress } };
  },
  ({ ns, app }) =>
    networkPolicy(ns, "zz-contained", labels({ app }), {
      egress: [
        egressTo(
          [OUTSIDE, new Planted("peer-contained-in-sibling", { ipBlock: { cidr: "192.0.2.64/26" } })],
          [tcp(8444)],
        ),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-contained-together", labels({ app }), {
      egress: [
        egressTo(
          [
            { ...PARTNERS, podSelector: labels({ app: "red" }) },
            { ...PARTNERS, podSelector: labels({ app: "blue" }) },
            new Planted("peer-contained-in-sibling", {
              ...PARTNERS,
              podSelector: {
                matchExpressions: [{ key: "app", operator: "In", values: ["blue", "red"] }],
                matchLabels: { tier: "backend" },
              },
            }),
          ],
          [tcp(8444)],
        ),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(
      ns,
      "zz-dangling-subject",
      new Planted("dangling-subject", labels({ app: `${app}-typo` })),
      {
        ingress: [ingressFrom([OUTSIDE], [tcp(8081)])],
      },
    ),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-dangling-peer", labels({ app }), {
      egress: [
        egressTo(
          [OUTSIDE, { podSelector: new Planted("dangling-peer", labels({ app: `${app}-typo` })) }],
          [tcp(8444)],
        ),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-split-peer", labels({ app }), {
      ingress: [
        ingressFrom(
          [PARTNERS, new Planted("or-instead-of-and", { podSelector: labels({ app: "prometheus" }) })],
          [tcp(8081)],
        ),
      ],
    }),
  // Every other namespace lets its pods ask DNS.
  ({ ns }) => ({
    policy: networkPolicy(`${ns}-batch`, "zz-no-dns", labels({ app: "batch" }), {
      egress: [new Planted("dns-blocked", egressTo([PARTNERS], [tcp(8444)]))],
    }),
    beside: [namespace(`${ns}-batch`, {}), workload(`${ns}-batch`, "batch", { app: "batch" }, [])],
  }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-host-bits", labels({ app }), {
      egress: [egressTo([{ ipBlock: { cidr: new Planted("cidr-host-bits", "192.0.2.7/24") } }], [tcp(8444)])],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-noncanonical", labels({ app }), {
      egress: [
        egressTo([{ ipBlock: { cidr: new Planted("noncanonical-cidr", "2001:DB9::/32") } }], [tcp(8444)]),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-unknown-port", labels({ app }), {
      ingress: [ingressFrom([OUTSIDE], [new Planted("unknown-named-port", tcp("htpp"))])],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-port-protocol", labels({ app }), {
      ingress: [
        ingressFrom([OUTSIDE], [new Planted("named-port-protocol", { protocol: "UDP", port: "http" })]),
      ],
    }),
  ({ ns, app, database }) =>
    networkPolicy(ns, "zz-unreachable", labels({ app }), {
      egress: [
        new Planted("unreachable-rule", egressTo([{ podSelector: labels({ app: database }) }], [tcp(5433)])),
        egressTo([OUTSIDE], [tcp(8444)]),
      ],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-contained-port", labels({ app }), {
      ingress: [
        ingressFrom(
          [OUTSIDE],
          [{ ...tcp(9300), endPort: 9310 }, new Planted("port-contained-in-sibling", tcp(9305))],
        ),
      ],
    }),
  // The Service's port is 80 for every workload.
  ({ ns, app }) =>
    networkPolicy(ns, "zz-service-port", labels({ app }), {
      ingress: [ingressFrom([OUTSIDE], [new Planted("service-port", tcp(80)), tcp(8081)])],
    }),
  ({ ns, app }) =>
    networkPolicy(ns, "zz-split-rule", labels({ app }), {
      egress: [
        { to: [{ ...PARTNERS, podSelector: labels({ app: "red" }) }] },
        new Planted("split-rule", { ports: [tcp(5999)] }),
      ],
    }),
  ({ ns, app }) => ({
    policy: networkPolicy(ns, "zz-unlabelled", labels({ app }), {
      ingress: [
        ingressFrom(
          [
            {
              namespaceSelector: {
                matchLabels: { name: new Planted("unlabelled-namespace", `${ns}-jobs`) },
              },
            },
          ],
          [tcp(8081)],
        ),
      ],
    }),
    beside: [namespace(`${ns}-jobs`, {})],
  }),
];

/** The policy that is planted in the namespace of this number. */
export function plantIn(
  index: number,
  ns: string,
  apps: readonly { readonly name: string; readonly tier: string }[],
): Plant {
  const [app, database] = ["frontend", "data"].map((tier) => apps.find((each) => each.tier === tier)!.name);
  const plant = KINDS[index % KINDS.length]!({ ns, app: app!, database: database! });
  return isPlant(plant) ? plant : { policy: plant, beside: [] };
}

function isPlant(plant: Value | Plant): plant is Plant {
  return typeof plant === "object" && "beside" in plant;
}
