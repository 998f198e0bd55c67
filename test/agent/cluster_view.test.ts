import { beforeEach, describe, expect, test } from "vitest";
import type { PolicyNotice } from "../../src/agent/cluster_view.js";
import { ClusterView } from "../../src/agent/cluster_view.js";
import { RESOURCES } from "../../src/agent/objects/resource.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import { decide } from "../../src/analysis/semantics/decide.js";
import type { Endpoint } from "../../src/analysis/semantics/decide.js";
import type { Pod } from "../../src/ir/inventory.js";
import type { ResourceName } from "../../src/agent/cluster_view.js";

function object(name: string, rest: object = {}, metadata: object = {}): KubeObject {
  return { metadata: { name, ...metadata }, ...rest } as KubeObject;
}

const POD = object(
  "web-1",
  {
    spec: {
      nodeName: "node1",
      containers: [{ name: "c", image: "x", ports: [{ containerPort: 80, name: "http" }] }],
      initContainers: [
        { name: "side", restartPolicy: "Always", ports: [{ containerPort: 9, protocol: "UDP" }] },
      ],
      tolerations: [{ key: "x" }],
    },
    status: { phase: "Running", podIP: "10.0.0.1", podIPs: [{ ip: "10.0.0.1" }, { ip: "FD00::1" }] },
  },
  {
    namespace: "shop",
    labels: { app: "web" },
    managedFields: [{ manager: "kubelet" }],
    annotations: { a: "b" },
  },
);

describe("the cluster as the API tells it", () => {
  let view: ClusterView;
  let notices: PolicyNotice[];
  beforeEach(() => {
    notices = [];
    view = new ClusterView({ onNotice: (notice) => notices.push(notice) });
  });

  function give(name: ResourceName, ...objects: KubeObject[]) {
    return view.take(name, { changed: objects.map((each) => RESOURCES[name].read(each)), gone: [] });
  }

  /** Is a packet let through, of all that was given? */
  function allowed(from: string, to: string, port = 80): boolean {
    const flow = { from: endpoint(from), to: endpoint(to), protocol: "TCP", port } as const;
    return decide(view.allPolicies(), flow).verdict === "allow";
  }

  function endpoint(key: string): Endpoint {
    const pod = view.pods.get(key)!;
    return { kind: "pod", pod, namespace: view.namespaces.get(pod.namespace)! };
  }

  function clusterPolicy(name: string, spec: object): KubeObject {
    return object(name, { spec: { tier: "Admin", priority: 10, subject: { namespaces: {} }, ...spec } });
  }

  function shop(): void {
    give("namespaces", object("shop", {}, { labels: { team: "a" } }), object("other"));
    const pods = [
      ["shop", "web", "10.0.0.1"],
      ["shop", "db", "10.0.0.2"],
      ["other", "web", "10.0.0.3"],
    ] as const;
    for (const [namespace, name, ip] of pods)
      give("pods", object(name, { spec: {}, status: { podIP: ip } }, { namespace, labels: { app: name } }));
  }

  test("a pod is its labels, addresses and ports, and nothing else of the object", () => {
    const [change] = give("pods", POD) as unknown as [{ readonly pod: Pod }];
    expect({ ...change.pod, span: undefined }).toEqual({
      namespace: "shop",
      name: "web-1",
      labels: { app: "web" },
      ports: [
        { name: "http", port: 80, protocol: "TCP" },
        { port: 9, protocol: "UDP" },
      ],
      ips: ["10.0.0.1", "fd00::1"],
      node: "node1",
      hostNetwork: false,
      span: undefined,
    });
  });

  test("a change of a status that nothing depends on is no change", () => {
    give("pods", POD);
    const status = { ...(POD as unknown as { status: object }).status, conditions: [{ type: "Ready" }] };
    expect(give("pods", { ...POD, ...{ status } })).toEqual([]);
  });

  test("a pod that has finished is gone: another one may have its address", () => {
    give("pods", POD);
    const ended = { ...POD, ...{ status: { phase: "Succeeded", podIP: "10.0.0.1" } } };
    expect(give("pods", ended)).toMatchObject([{ kind: "pod-gone", pod: { name: "web-1" } }]);
    expect(give("pods", ended)).toEqual([]);
  });

  test("a policy that is written again with other annotations is no change", () => {
    const policy = (annotations: object) =>
      object(
        "deny",
        { spec: { podSelector: {}, policyTypes: ["Ingress"] } },
        { namespace: "shop", annotations },
      );
    expect(give("networkPolicies", policy({}))).toMatchObject([{ kind: "policy", policy: { name: "deny" } }]);
    expect(give("networkPolicies", policy({ note: "x" }))).toEqual([]);
    expect(view.take("networkPolicies", { changed: [], gone: ["shop/deny"] })).toMatchObject([
      { kind: "policy-gone", policy: { kind: "NetworkPolicy", namespace: "shop", name: "deny" } },
    ]);
  });

  describe("a policy that cannot be evaluated", () => {
    beforeEach(() => shop());

    test("denies its subject everything in the directions of its rules, and says so", () => {
      const bad = { matchExpressions: [{ key: "x", operator: "Like", values: ["y"] }] };
      give(
        "clusterNetworkPolicies",
        clusterPolicy("bad-peer", {
          subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "db" } } } },
          ingress: [{ action: "Accept", from: [{ namespaces: bad }] }],
        }),
      );
      expect(notices).toMatchObject([{ reason: "Refused", message: expect.stringContaining("Like") }]);
      expect(view.refused).toBe(1);
      expect([
        allowed("shop/web", "shop/db"),
        allowed("shop/db", "shop/web"),
        allowed("shop/web", "other/web"),
      ]).toEqual([false, true, true]);
    });

    test("denies every pod if its subject cannot be read", () => {
      give(
        "clusterNetworkPolicies",
        clusterPolicy("bad-subject", {
          subject: { namespaces: { matchLabels: { "not a key": "x" } } },
          egress: [{ action: "Accept", to: [{ namespaces: {} }] }],
        }),
      );
      expect([allowed("shop/web", "shop/db"), allowed("other/web", "shop/web")]).toEqual([false, false]);
    });

    test("keeps its place: a policy that comes before it decides", () => {
      give(
        "clusterNetworkPolicies",
        clusterPolicy("bad", { ingress: [{ action: "Nonsense", from: [{ namespaces: {} }] }] }),
        clusterPolicy("before", { priority: 9, ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] }),
      );
      expect(allowed("shop/web", "shop/db")).toBe(true);
    });

    test("of the baseline tier leaves what a NetworkPolicy allows", () => {
      give(
        "clusterNetworkPolicies",
        clusterPolicy("bad", {
          tier: "Baseline",
          ingress: [{ action: "Pass all", from: [{ namespaces: {} }] }],
        }),
      );
      expect(allowed("shop/web", "shop/db")).toBe(false);
      give(
        "networkPolicies",
        object("open", { spec: { podSelector: {}, ingress: [{}] } }, { namespace: "shop" }),
      );
      expect([allowed("shop/web", "shop/db"), allowed("shop/web", "other/web")]).toEqual([true, false]);
    });

    test("a NetworkPolicy closes its own pods, and only in its own directions", () => {
      give(
        "networkPolicies",
        object(
          "bad",
          {
            spec: {
              podSelector: { matchLabels: { app: "db" } },
              policyTypes: ["Ingress"],
              ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.256/32" } }] }],
            },
          },
          { namespace: "shop" },
        ),
      );
      expect([
        allowed("shop/web", "shop/db"),
        allowed("shop/db", "shop/web"),
        allowed("shop/db", "other/web"),
      ]).toEqual([false, true, true]);
    });

    test("is in force again once it is mended", () => {
      const policy = (operator: string) =>
        clusterPolicy("guard", {
          ingress: [
            { action: "Accept", from: [{ namespaces: { matchExpressions: [{ key: "team", operator }] } }] },
          ],
        });
      give("clusterNetworkPolicies", policy("Has"));
      expect(allowed("shop/web", "shop/db")).toBe(false);
      give("clusterNetworkPolicies", policy("Exists"));
      expect([allowed("shop/web", "shop/db"), view.refused]).toEqual([true, 0]);
    });
  });

  describe("peers that are nodes", () => {
    const node = (name: string, ips: string[], labels: object) =>
      object(
        name,
        { status: { addresses: [...ips.map((address) => ({ type: "InternalIP", address })), HOSTNAME] } },
        { labels },
      );
    const HOSTNAME = { type: "Hostname", address: "not-an-address" };
    const denyControl = clusterPolicy("nodes", {
      egress: [
        { action: "Deny", to: [{ nodes: { matchExpressions: [{ key: "control", operator: "Exists" }] } }] },
      ],
    });
    const blocks = () =>
      view
        .allPolicies()
        .flatMap(({ rules }) =>
          rules.flatMap(({ peers }) =>
            peers!.map((peer) => (peer.kind === "block" ? peer.cidr.text : "pods")),
          ),
        );

    test("are the addresses of the nodes that the selector chooses", () => {
      give("nodes", node("n1", ["172.16.0.1", "fd00::1"], { control: "" }), node("n2", ["172.16.0.2"], {}));
      give("clusterNetworkPolicies", denyControl);
      expect(blocks()).toEqual(["172.16.0.1/32", "fd00::1/128"]);
      expect(notices).toEqual([]);
    });

    test("follow the nodes and their labels", () => {
      give("clusterNetworkPolicies", denyControl);
      expect(blocks()).toEqual([]);
      expect(give("nodes", node("n1", ["172.16.0.1"], { control: "" }))).toHaveLength(1);
      expect(give("nodes", node("n2", ["172.16.0.2"], { control: "" }))).toHaveLength(1);
      expect(blocks()).toEqual(["172.16.0.1/32", "172.16.0.2/32"]);
      expect(give("nodes", node("n1", ["172.16.0.1"], {}))).toHaveLength(1);
      expect(give("nodes", node("n3", ["172.16.0.3"], {}))).toEqual([]);
      view.take("nodes", { changed: [], gone: ["n2"] });
      expect(blocks()).toEqual([]);
    });

    test("a rule that accepts domain names matches nothing, and one that denies them denies everything; both are said", () => {
      shop();
      const rule = (action: string) =>
        clusterPolicy(action.toLowerCase(), {
          priority: action === "Accept" ? 1 : 2,
          subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "web" } } } },
          egress: [{ action, to: [{ domainNames: ["example.com"] }] }],
        });
      give("clusterNetworkPolicies", rule("Accept"));
      expect(allowed("shop/web", "shop/db")).toBe(true);
      expect(notices).toMatchObject([
        { reason: "Warning", message: expect.stringContaining("matches nothing") },
      ]);
      give("clusterNetworkPolicies", rule("Deny"));
      expect([allowed("shop/web", "shop/db"), allowed("shop/db", "shop/web")]).toEqual([false, true]);
    });
  });
});
