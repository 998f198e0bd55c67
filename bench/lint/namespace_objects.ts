/** The objects of one namespace: workloads with services, and policies that are needed, every one and every part. */
import type { Value } from "./manifest_text.js";
import { plantIn } from "./planted_findings.js";
import { dns, egressTo, ingressFrom, inNamespace, labels, networkPolicy, tcp } from "./policy_parts.js";
import { namespace, workload } from "./workload_parts.js";

export interface NamespaceObjects {
  readonly name: string;
  /** The namespace, its workloads and services. */
  readonly context: readonly Value[];
  readonly policies: readonly Value[];
}

interface App {
  readonly name: string;
  readonly tier: "frontend" | "backend" | "data";
  readonly port: number;
  readonly portName: string;
}

const TIERS = ["frontend", "backend", "backend", "data"] as const;
const PORTS = { frontend: [8080, "http"], backend: [9000, "grpc"], data: [5432, "postgres"] } as const;

/** A namespace of fewer policies has not a workload of every tier. */
const FEWEST_WITH_PLANTS = 20;

/** `size` policies, at least nine; four workloads for every ten of them. `clean`: nothing is planted. */
export function namespaceObjects(
  index: number,
  size: number,
  random: () => number,
  clean: boolean,
): NamespaceObjects {
  const name = `team-${String(index).padStart(4, "0")}`;
  const apps = Array.from(
    { length: Math.max(2, Math.min(Math.round(size * 0.4), Math.floor((size - 5) / 2))) },
    (_, i): App => {
      const tier = TIERS[i % TIERS.length]!;
      return { name: `${tier}-${i}`, tier, port: PORTS[tier][0], portName: PORTS[tier][1] };
    },
  );
  const policies = [...sharedPolicies(name), ...connections(name, apps, random)];
  const planted = clean || size < FEWEST_WITH_PLANTS ? [] : [plantIn(index, name, apps)];
  const external = Array.from({ length: Math.max(0, size - policies.length - planted.length) }, (_, i) =>
    externalPolicy(name, apps[i % apps.length]!, index, i),
  );
  return {
    name,
    context: [
      namespace(name, { env: index % 3 === 0 ? "staging" : "prod", exposed: "true" }),
      ...apps.flatMap((app) => [deployment(name, app), service(name, app)]),
    ],
    policies: [...policies, ...external, ...planted.flatMap(({ policy, beside }) => [...beside, policy])],
  };
}

/** What all namespaces use: DNS, the scraper, the gateway. */
export function sharedObjects(): readonly Value[] {
  const prometheus = labels({ app: "prometheus" });
  const gateway = labels({ app: "gateway" });
  return [
    ...["kube-system", "monitoring", "ingress"].map((name) => namespace(name, {})),
    workload("kube-system", "coredns", { "k8s-app": "kube-dns" }, [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns-tcp", containerPort: 53 },
    ]),
    workload("monitoring", "prometheus", { app: "prometheus" }, [{ name: "web", containerPort: 9090 }]),
    workload("ingress", "gateway", { app: "gateway" }, [{ name: "https", containerPort: 443 }]),
    networkPolicy("monitoring", "prometheus", prometheus, {
      egress: [
        egressTo([{ namespaceSelector: {}, podSelector: labels({ metrics: "true" }) }], [tcp(9102)]),
        dns(),
      ],
    }),
    networkPolicy("ingress", "gateway", gateway, {
      egress: [
        egressTo(
          [{ namespaceSelector: labels({ exposed: "true" }), podSelector: labels({ tier: "frontend" }) }],
          [tcp(8080)],
        ),
        dns(),
      ],
    }),
    networkPolicy("ingress", "gateway-public", gateway, { ingress: [{ ports: [tcp(443)] }] }),
  ];
}

function sharedPolicies(ns: string): readonly Value[] {
  const isolated = { matchExpressions: [{ key: "tier", operator: "In", values: ["frontend", "backend"] }] };
  const of = (namespaceName: string, app: string) => ({
    ...inNamespace(namespaceName),
    podSelector: labels({ app }),
  });
  return [
    networkPolicy(ns, "default-deny", {}, { ingress: [], egress: [] }),
    networkPolicy(ns, "allow-dns", {}, { egress: [dns()] }),
    networkPolicy(ns, "allow-scrape", labels({ metrics: "true" }), {
      ingress: [ingressFrom([of("monitoring", "prometheus")], [tcp("metrics")])],
    }),
    networkPolicy(ns, "allow-gateway", labels({ tier: "frontend" }), {
      ingress: [ingressFrom([of("ingress", "gateway")], [tcp("http")])],
    }),
    networkPolicy(ns, "allow-health", isolated, {
      ingress: [ingressFrom([{ podSelector: isolated }], [{ ...tcp(15020), endPort: 15029 }])],
      egress: [egressTo([{ podSelector: isolated }], [{ ...tcp(15020), endPort: 15029 }])],
    }),
  ];
}

/** Each workload's own two policies: who may call it, and whom it may call. */
function connections(ns: string, apps: readonly App[], random: () => number): readonly Value[] {
  const callees = new Map<App, App[]>(
    apps.map((app) => {
      const next = { frontend: "backend", backend: "data", data: "data" }[app.tier];
      const candidates = apps.filter((other) => other !== app && other.tier === next && app.tier !== "data");
      const first = Math.floor(random() * candidates.length);
      return [app, [...candidates.slice(first), ...candidates.slice(0, first)].slice(0, 3)];
    }),
  );
  return apps.flatMap((app) => {
    const callers = apps.filter((other) => callees.get(other)!.includes(app)).map(({ name }) => name);
    const called = callees.get(app)!;
    const subject = labels({ app: app.name });
    const inbound = networkPolicy(ns, `${app.name}-in`, subject, {
      ingress: [
        ...(callers.length > 0 ? [ingressFrom(peersOf(callers), [tcp(app.portName)])] : []),
        ingressFrom(
          [{ ipBlock: { cidr: "198.51.100.0/24", except: ["198.51.100.128/25"] } }],
          [tcp(app.port)],
        ),
      ],
    });
    const outbound = networkPolicy(ns, `${app.name}-out`, subject, {
      egress: [
        ...called.map((other) => egressTo([{ podSelector: labels({ app: other.name }) }], [tcp(other.port)])),
        egressTo([{ ipBlock: { cidr: "2001:db8::/32", except: ["2001:db8:1::/48"] } }], [tcp(8443)]),
      ],
    });
    return [inbound, outbound];
  });
}

function peersOf(names: readonly string[]): readonly Value[] {
  return names.length > 2
    ? [{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: names }] } }]
    : names.map((name) => ({ podSelector: labels({ app: name }) }));
}

function externalPolicy(ns: string, app: App, index: number, i: number): Value {
  const cidr = `203.${index % 256}.${i % 256}.0/24`;
  return networkPolicy(ns, `${app.name}-external-${i}`, labels({ app: app.name }), {
    egress: [egressTo([{ ipBlock: { cidr, except: [cidr.replace("0/24", "64/26")] } }], [tcp(443)])],
  });
}

function deployment(ns: string, { name, tier, port, portName }: App): Value {
  return workload(ns, name, { app: name, tier, metrics: "true" }, [
    { name: portName, containerPort: port },
    { name: "metrics", containerPort: 9102 },
  ]);
}

function service(ns: string, { name, portName }: App): Value {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: ns },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: portName }] },
  };
}
