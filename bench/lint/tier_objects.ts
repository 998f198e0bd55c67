/** Policies of the admin and baseline tiers: guardrails that concern every namespace, and what a linter has to find. */
import { Planted } from "./manifest_text.js";
import type { Value } from "./manifest_text.js";
import { ingressFrom, inNamespace, labels, networkPolicy, tcp } from "./policy_parts.js";

interface TierRule {
  readonly action: "Accept" | "Deny" | "Pass";
  readonly [key: string]: Value;
}

interface TierSpec {
  readonly tier: "Admin" | "Baseline";
  readonly priority: number;
  readonly subject: Value;
  readonly ingress?: readonly Value[];
  readonly egress?: readonly Value[];
}

function clusterNetworkPolicy(name: string, spec: TierSpec): Value {
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { ...spec },
  };
}

const PROD = { namespaces: labels({ env: "prod" }) };
const DEV = { namespaces: labels({ env: "dev" }) };
const OPS = { namespaces: labels({ team: "ops" }) };
/** Whose policies are planted. */
const SANDBOX = { namespaces: labels({ team: "sandbox" }) };

function on(number: number): { readonly protocols: readonly Value[] } {
  return { protocols: [{ tcp: { destinationPort: { number } } }] };
}

const SSH = { protocols: [{ tcp: { destinationPort: { range: { start: 20, end: 30 } } } }] };

function from(action: TierRule["action"], peer: Value, ports = {}): TierRule {
  return { action, from: [peer], ...ports };
}

/** Every rule of them is needed. */
export function guardrails(): readonly Value[] {
  return [
    clusterNetworkPolicy("guardrails", {
      tier: "Admin",
      priority: 10,
      subject: PROD,
      ingress: [from("Accept", DEV, on(8125)), from("Deny", DEV)],
    }),
    clusterNetworkPolicy("metadata-server", {
      tier: "Admin",
      priority: 11,
      subject: { namespaces: {} },
      egress: [{ action: "Deny", to: [{ networks: ["169.254.169.254/32"] }] }],
    }),
    clusterNetworkPolicy("defaults", {
      tier: "Baseline",
      priority: 20,
      subject: { namespaces: {} },
      ingress: [from("Deny", { namespaces: labels({ exposed: "false" }) })],
    }),
  ];
}

export function plantedTiers(): readonly Value[] {
  return [
    clusterNetworkPolicy("zz-order", {
      tier: "Admin",
      priority: 20,
      subject: SANDBOX,
      ingress: [
        from("Deny", DEV),
        new Planted(
          "shadowed-rule",
          from("Accept", {
            pods: { namespaceSelector: labels({ env: "dev" }), podSelector: labels({ app: "ci" }) },
          }),
        ),
      ],
    }),
    clusterNetworkPolicy("zz-earlier", {
      tier: "Admin",
      priority: 21,
      subject: SANDBOX,
      ingress: [from("Accept", OPS, SSH), new Planted("redundant-tier-rule", from("Accept", OPS, on(22)))],
    }),
    clusterNetworkPolicy("zz-later", {
      tier: "Admin",
      priority: 22,
      subject: SANDBOX,
      egress: [
        new Planted("redundant-tier-rule", { action: "Deny", to: [PROD], ...on(5432) }),
        { action: "Deny", to: [PROD] },
      ],
    }),
    clusterNetworkPolicy("zz-priority-a", {
      tier: "Admin",
      priority: 30,
      subject: { namespaces: labels({ team: "data" }) },
      ingress: [from("Deny", DEV)],
    }),
    clusterNetworkPolicy("zz-priority-b", {
      tier: "Admin",
      priority: 30,
      subject: { namespaces: labels({ team: "data" }) },
      ingress: [new Planted("ambiguous-priority", from("Accept", { namespaces: {} }, on(9090)))],
    }),
    clusterNetworkPolicy("zz-networks", {
      tier: "Admin",
      priority: 40,
      subject: OPS,
      egress: [
        { action: "Deny", to: [{ networks: ["192.0.2.0/24", new Planted("networks-hits-pods", "::/0")] }] },
      ],
    }),
    clusterNetworkPolicy("zz-legacy", {
      tier: "Admin",
      priority: 41,
      subject: { namespaces: labels({ "kubernetes.io/metadata.name": "legacy" }) },
      ingress: [from("Deny", DEV)],
    }),
    networkPolicy(
      "legacy",
      "zz-overridden",
      {},
      {
        ingress: [
          new Planted(
            "overridden-by-admin",
            ingressFrom([{ namespaceSelector: labels({ env: "dev" }) }], [tcp(80)]),
          ),
          ingressFrom([inNamespace("partners")], [tcp(80)]),
        ],
      },
    ),
    clusterNetworkPolicy("zz-baseline", {
      tier: "Baseline",
      priority: 30,
      subject: SANDBOX,
      ingress: [new Planted("baseline-unreachable", from("Deny", DEV, on(22)))],
    }),
  ];
}

/** Policies of the admin tier, of different priorities, for namespaces and ports of their own. */
export function manyTierPolicies(policies: number, rules: number): readonly Value[] {
  return Array.from({ length: policies }, (_, i) => ({
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: `team-${i}` },
    spec: {
      tier: "Admin",
      priority: i,
      subject: { namespaces: { matchLabels: { team: `team-${i % 50}` } } },
      ingress: Array.from({ length: rules }, (_, j) => ({
        name: `from-${j}`,
        action: j % 3 === 0 ? "Deny" : "Accept",
        from: [{ namespaces: { matchLabels: { team: `team-${(i + j) % 50}`, zone: `z${i % 7}` } } }],
        protocols: [{ tcp: { destinationPort: { number: 1000 + ((i * rules + j) % 4000) } } }],
      })),
    },
  }));
}
