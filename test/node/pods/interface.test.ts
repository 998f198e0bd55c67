import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostInterface, netnsPath, podInterface } from "../../../src/node/pods/interface.js";
import { Network, unusable } from "../network.js";

test("a network namespace is given by its name or by a path", () => {
  expect([netnsPath("red"), netnsPath("/proc/7/ns/net")]).toEqual(["/run/netns/red", "/proc/7/ns/net"]);
});

test("a pod without an annotation is asked to have one", async () => {
  expect(await podInterface({ namespace: "shop", name: "db", ips: [] })).toEqual({
    error: "shop/db does not say where it is on this machine",
    help: "give it the annotation polc.dev/netns or polc.dev/interface",
  });
});

describe.skipIf(unusable())("on a machine with network namespaces", () => {
  let network: Network;
  let web: string;
  const pod = (...ips: string[]) => ({ namespace: "shop", name: "web", ips });

  beforeAll(() => {
    network = new Network();
    network.addPod("db", "10.9.0.2");
    web = network.addPod("web", "10.9.0.1");
  });
  afterAll(() => network.remove());

  test("a pod's interface is found from its network namespace", async () => {
    expect(await hostInterface(web, pod("10.9.0.1"), network.node)).toBe("v-web");
  });

  test("a network namespace without an address of the pod is not the pod's", async () => {
    expect(await hostInterface(web, pod("10.9.0.7"), network.node)).toEqual({
      error: `no link in ${web} has an address of shop/web (10.9.0.7)`,
      help: "correct the pod's status.podIPs or its network namespace",
    });
  });

  test("an interface index is not taken for a node's that has the same by chance", async () => {
    expect(await hostInterface(web, pod("10.9.0.1"))).toMatchObject({
      error: "the other end of eth0 of shop/web is not in the node's network namespace",
    });
  });

  test("a network namespace that is not there is an error", async () => {
    expect(await hostInterface("/run/netns/polct-nope", pod("10.9.0.1"), network.node)).toEqual({
      error: "there is no network namespace /run/netns/polct-nope, which shop/web names",
    });
  });

  test("an interface that the node does not have is an error", async () => {
    const annotated = (name: string) => ({ ...pod("10.9.0.1"), annotations: { "polc.dev/interface": name } });
    expect(await podInterface(annotated("v-db"), network.node)).toBe("v-db");
    expect(await podInterface(annotated("v-nope"), network.node)).toMatchObject({
      error: 'there is no interface "v-nope" on this node, which shop/web names',
    });
  });
});
