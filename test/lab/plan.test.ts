import { expect, test } from "vitest";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import { LabError } from "../../src/lab/command.js";
import { planLab } from "../../src/lab/plan.js";
import type { LabPlan } from "../../src/lab/plan.js";
import { NO_SPAN } from "../../src/source/span.js";

const pod = (path: string, fields: Partial<Pod> = {}): Pod => {
  const [namespace, name] = path.split("/") as [string, string];
  return { namespace, name, labels: {}, ports: [], ips: [], hostNetwork: false, span: NO_SPAN, ...fields };
};
const inventory = (...pods: Pod[]): Inventory => ({ namespaces: [], pods, nodes: [], services: [] });
const placed = (plan: LabPlan) =>
  plan.pods.map(({ pod, node }) => `${pod.namespace}/${pod.name} ${node.name} ${pod.ips.join(" ")}`);

test("pods are dealt out to the nodes by name, whatever their order in the manifests", () => {
  const expected = [
    "ops/cron node-1 10.64.0.1 fd0c:1::1",
    "shop/api node-2 10.65.0.1 fd0c:2::1",
    "shop/web node-1 10.64.0.2 fd0c:1::2",
  ];
  expect(placed(planLab("x", inventory(pod("shop/web"), pod("ops/cron"), pod("shop/api")), 2))).toEqual(
    expected,
  );
  expect(placed(planLab("x", inventory(pod("shop/api"), pod("shop/web"), pod("ops/cron")), 2))).toEqual(
    expected,
  );
});

test("addresses that a pod has are kept, and given to no other", () => {
  const plan = planLab(
    "x",
    inventory(pod("a/a", { ips: ["10.64.0.1"] }), pod("a/b"), pod("a/c", { ips: ["fd0c:1::1"] })),
    1,
  );
  expect(placed(plan)).toEqual([
    "a/a node-1 10.64.0.1",
    "a/b node-1 10.64.0.2 fd0c:1::2",
    "a/c node-1 fd0c:1::1",
  ]);
});

test("the nodes' network gives way to pods that are in it", () => {
  expect(planLab("x", inventory(pod("a/a", { ips: ["172.30.255.7"] })), 1).nodes[0]!.ipv4).toBe(
    "192.168.255.1",
  );
});

test("two workloads of one name make two pods", () => {
  const deployment = pod("a/web", { workload: { kind: "Deployment", name: "web" } });
  const daemonSet = pod("a/web", { workload: { kind: "DaemonSet", name: "web" } });
  expect(planLab("x", inventory(deployment, daemonSet), 1).pods.map(({ pod: { name } }) => name)).toEqual([
    "web",
    "web-daemonset",
  ]);
});

test("one of a workload's pods stands in the lab, with the labels that its controller gives it", () => {
  const set = pod("a/db", {
    labels: { app: "db" },
    workload: { kind: "StatefulSet", name: "db" },
    chosen: [{ prefixes: { "statefulset.kubernetes.io/pod-name": "db-" }, numbers: { first: 0 } }],
  });
  const [first] = planLab("x", inventory(set), 1).pods;
  expect(first!.pod).toMatchObject({
    name: "db",
    labels: { app: "db", "statefulset.kubernetes.io/pod-name": "db-0" },
  });
});

test("host-network pods are left out and named", () => {
  const plan = planLab("x", inventory(pod("a/a"), pod("a/agent", { hostNetwork: true })), 1);
  expect([plan.pods.length, plan.hostNetwork.map(({ name }) => name)]).toEqual([1, ["agent"]]);
});

test("what cannot stand in a lab is refused with its reason", () => {
  const refused = (...pods: Pod[]) => {
    try {
      return planLab("x", inventory(...pods), 1).name;
    } catch (error) {
      return error instanceof LabError ? error.message : error;
    }
  };
  expect(refused()).toBe("there are no pods to run");
  expect(refused(pod("a/a", { ips: ["127.0.0.1"] }))).toBe(
    "pod a/a cannot have the address 127.0.0.1 in a lab: it is a loopback address",
  );
  expect(refused(pod("a/a", { ips: ["ff02::1"] }))).toBe(
    "pod a/a cannot have the address ff02::1 in a lab: it is a multicast address",
  );
  expect(refused(pod("a/a", { ips: ["10.0.0.1"] }), pod("a/b", { ips: ["10.0.0.1"] }))).toBe(
    "two pods have the address 10.0.0.1, one is a/b",
  );
  expect(refused(pod("a/a"), pod("a/a"))).toBe("two pods are called a/a");
});

test("no name of a manifest reaches a shell or a path as it is", () => {
  const [first] = planLab("x", inventory({ ...pod("a/b"), name: "$(reboot) ../../x" }), 1).pods;
  expect(first!.netns).toBe("polc-x-pod-1-a.__reboot__.._.._x");
});
