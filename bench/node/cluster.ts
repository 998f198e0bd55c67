/**
 * The cluster of the node benchmark, as Kubernetes objects, so that any build of polc reads it: 10,000 pods in 200
 * namespaces, 1,000 policies, and one node with 250 pods that are 60 subjects. Equal for equal numbers.
 */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type KubernetesObject = { readonly [key: string]: Json };

export interface ClusterSize {
  readonly pods: number;
  readonly policies: number;
  /** On the node. */
  readonly local: number;
  /** Distinct subjects among them. */
  readonly subjects: number;
}

export const NODE_SIZE: ClusterSize = { pods: 10_000, policies: 1000, local: 250, subjects: 60 };

export const NODE_NAME = "node-0";
export const NODE_IP = "192.168.0.1";

const POLICIES_OF_NAMESPACE = 5;
const TIER_POLICIES = 10;
const PODS_OF_APP = 7;
const APPS = ["web", "api", "db", "cache", "worker", "front", "job"] as const;

export interface NodeCluster {
  readonly namespaces: readonly KubernetesObject[];
  readonly policies: readonly KubernetesObject[];
  readonly pods: readonly KubernetesObject[];
}

export function nodeCluster(size: ClusterSize = NODE_SIZE): NodeCluster {
  const count = Math.floor((size.policies - TIER_POLICIES) / POLICIES_OF_NAMESPACE);
  const names = Array.from({ length: count }, (_, i) => namespaceName(i));
  const policies = names.flatMap((name, i) => namespacePolicies(name, i, count));
  return {
    namespaces: [
      namespace("kube-system", { team: "platform", env: "prod" }),
      ...names.map((name, i) => namespace(name, namespaceLabels(i))),
    ],
    policies: [...policies, ...tierPolicies()],
    pods: [...localPods(size), ...otherPods(size, count)],
  };
}

export function namespaceName(index: number): string {
  return `team-${String(index).padStart(3, "0")}`;
}

function namespaceLabels(index: number): Record<string, string> {
  return { team: `t${index % 20}`, env: index % 3 === 0 ? "staging" : "prod" };
}

function namespace(name: string, labels: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** Of each of the first 30 namespaces the first two apps are here: 60 subjects. */
function localPods({ local, subjects }: ClusterSize): KubernetesObject[] {
  return Array.from({ length: local }, (_, i) => {
    const subject = i % subjects;
    const app = APPS[subject % 2]!;
    const name = `${app}-here-${i}`;
    return podObject({ namespace: namespaceName(subject >> 1), name, app, index: i, node: NODE_NAME });
  });
}

function otherPods({ pods, local }: ClusterSize, namespaces: number): KubernetesObject[] {
  return Array.from({ length: pods - local }, (_, i) => {
    const group = Math.floor(i / PODS_OF_APP);
    const app = APPS[group % APPS.length]!;
    const namespace = namespaceName(Math.floor(group / APPS.length) % namespaces);
    return podObject({
      ...{ namespace, app, index: local + i, node: `node-${1 + (i % 40)}` },
      name: `${app}-${i}`,
    });
  });
}

export function podObject(of: {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly index: number;
  readonly node: string;
}): KubernetesObject {
  const hash = ((Math.imul(of.index, 2654435761) >>> 8) % 60_466_176).toString(36);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: of.name,
      namespace: of.namespace,
      labels: {
        app: of.app,
        tier: of.app === "db" || of.app === "cache" ? "data" : "service",
        "pod-template-hash": hash,
      },
    },
    spec: {
      nodeName: of.node,
      containers: [
        {
          name: "main",
          image: "registry.example/app",
          ports: [
            { name: "http", containerPort: 8080 },
            { name: "metrics", containerPort: 9090 },
          ],
        },
      ],
    },
    status: { phase: "Running", podIPs: [{ ip: addressOf(of.index) }] },
  };
}

export function addressOf(index: number): string {
  return `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}

function namespacePolicies(name: string, index: number, count: number): KubernetesObject[] {
  const friend = namespaceName((index * 7 + 1) % count);
  const app = (label: string) => ({ podSelector: { matchLabels: { app: label } } });
  const tcp = (port: number | string) => ({ protocol: "TCP", port });
  return [
    policy(name, "default-deny", {}, { policyTypes: ["Ingress", "Egress"] }),
    policy(
      name,
      "web",
      { app: "web" },
      {
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [app("front"), namespacePeer({ team: `t${(index + 3) % 20}` }, "front")],
            ports: [tcp("http")],
          },
          {
            from: [
              {
                ipBlock: {
                  cidr: `172.${16 + (index % 16)}.0.0/16`,
                  except: [`172.${16 + (index % 16)}.${index}.0/24`],
                },
              },
            ],
            ports: [tcp(8443)],
          },
        ],
        egress: [{ to: [app("api"), app("cache")], ports: [tcp("http"), tcp(6379)] }],
      },
    ),
    policy(
      name,
      "api",
      { app: "api" },
      {
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          { from: [app("web"), app("worker")], ports: [tcp("http")] },
          {
            from: [namespacePeer({ "kubernetes.io/metadata.name": friend }, "worker")],
            ports: [tcp(8080), { protocol: "TCP", port: 9000, endPort: 9010 }],
          },
        ],
        egress: [
          { to: [app("db")], ports: [tcp(5432)] },
          { to: [app("cache")], ports: [tcp(6379)] },
        ],
      },
    ),
    policy(
      name,
      "dns",
      {},
      {
        policyTypes: ["Egress"],
        egress: [
          {
            to: [namespacePeer({ "kubernetes.io/metadata.name": "kube-system" }, "dns")],
            ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
          },
        ],
      },
    ),
    policy(
      name,
      "internet",
      { tier: "service" },
      {
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              { ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] } },
            ],
            ports: [tcp(443)],
          },
        ],
      },
    ),
  ];
}

function namespacePeer(labels: Record<string, string>, app: string): KubernetesObject {
  return { namespaceSelector: { matchLabels: labels }, podSelector: { matchLabels: { app } } };
}

function policy(
  namespace: string,
  name: string,
  matchLabels: Record<string, string>,
  spec: KubernetesObject,
): KubernetesObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels }, ...spec },
  };
}

/** Nine of the admin tier, of which most concern every namespace, and one of the baseline tier. */
function tierPolicies(): KubernetesObject[] {
  const on = (number: number) => [{ tcp: { destinationPort: { number } } }];
  const pods = (labels: Record<string, string>, app: string) => ({
    pods: { namespaceSelector: { matchLabels: labels }, podSelector: { matchLabels: { app } } },
  });
  const admin = Array.from({ length: TIER_POLICIES - 1 }, (_, i) =>
    tier(`guard-${i}`, "Admin", 10 + i, {
      ingress: [
        { action: "Accept", from: [pods({ team: "platform" }, `monitor-${i}`)], protocols: on(9090 + i) },
        { action: "Deny", from: [{ namespaces: { matchLabels: { team: `quarantine-${i}` } } }] },
      ],
      egress: [{ action: "Deny", to: [{ networks: [`169.254.${i}.0/24`] }] }],
    }),
  );
  const ingress = [{ action: "Deny", from: [{ namespaces: { matchLabels: { env: "staging" } } }] }];
  return [...admin, tier("default", "Baseline", 0, { ingress })];
}

function tier(name: string, of: string, priority: number, rules: KubernetesObject): KubernetesObject {
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier: of, priority, subject: { namespaces: {} }, ...rules },
  };
}
