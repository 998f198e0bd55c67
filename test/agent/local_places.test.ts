import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LocalPlaces } from "../../src/agent/places/local_places.js";
import { NetworkNamespaces } from "../../src/agent/places/namespaces.js";
import type { Pod } from "../../src/ir/inventory.js";
import { NO_SPAN } from "../../src/source/span.js";
import type { ClusterChange } from "../../src/state/index/changes.js";
import { ip, Network, unusable } from "../node/network.js";

function pod(name: string, address: string, more: Partial<Pod> = {}): Pod {
  return {
    ...{ namespace: "shop", name, labels: {}, ports: [], ips: [address], node: "node-1" },
    ...{ hostNetwork: false, span: NO_SPAN },
    ...more,
  };
}

describe.skipIf(unusable())("the place of a pod", () => {
  let network: Network;
  let namespaces: NetworkNamespaces;
  let places: LocalPlaces;
  let woken: number;

  beforeEach(() => {
    woken = 0;
    network = new Network();
    namespaces = new NetworkNamespaces(() => woken++);
    places = new LocalPlaces("node-1", namespaces, network.node);
  });
  afterEach(() => {
    namespaces.stop();
    network.remove();
  });

  async function settled(...pods: Pod[]): Promise<readonly ClusterChange[]> {
    places.take(pods.map((each) => ({ kind: "pod", pod: each })));
    let told: readonly ClusterChange[] = [];
    await places.settle((changes) => (told = changes));
    return told;
  }

  async function until(holds: () => boolean): Promise<void> {
    const end = Date.now() + 20_000;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`never so: ${String(holds)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  const why = (name: string) => places.missing.get(`shop/${name}`)?.failure.error;

  test("is found by its address, of a plugin that routes to a veth pair (ptp)", async () => {
    network.addPod("a", "10.66.0.1");
    network.addPod("b", "10.66.0.2");
    await namespaces.start();
    expect(await settled(pod("a", "10.66.0.1"), pod("b", "10.66.0.2"))).toMatchObject([
      { kind: "local", interface: "v-a", netns: `/run/netns/${network.id}-a` },
      { kind: "local", interface: "v-b", netns: `/run/netns/${network.id}-b` },
    ]);
    expect(await settled(pod("a", "10.66.0.1", { labels: { app: "a" } }))).toEqual([]);
  });

  test("is found where the node's end is a port of a bridge", async () => {
    network.addPod("a", "10.66.0.1");
    ip("-n", network.id, "link", "add", "br0", "type", "bridge");
    ip("-n", network.id, "link", "set", "v-a", "master", "br0");
    await namespaces.start();
    expect(await settled(pod("a", "10.66.0.1"))).toMatchObject([{ kind: "local", interface: "v-a" }]);
  });

  test("is found in a namespace that comes later, and that gets its address later still", async () => {
    await namespaces.start();
    expect(await settled(pod("late", "10.66.0.3"))).toEqual([]);
    expect(why("late")).toContain(
      "no network namespace of this machine has an address of shop/late (10.66.0.3)",
    );
    const name = `${network.id}-late`;
    network.addPod("late", "10.66.0.9");
    ip("-n", name, "addr", "flush", "dev", "eth0");
    await new Promise((resolve) => setTimeout(resolve, 100));
    ip("-n", name, "addr", "add", "10.66.0.3/32", "dev", "eth0");
    await until(() => namespaces.of(["10.66.0.3"]) !== undefined);
    expect(woken).toBeGreaterThan(0);
    expect(await settled()).toMatchObject([{ kind: "local", interface: "v-late" }]);
    expect(places.missing.size).toBe(0);
  });

  test("is kept when the API has the pod no more, until its namespace is gone", async () => {
    network.addPod("a", "10.66.0.1");
    await namespaces.start();
    await settled(pod("a", "10.66.0.1"));
    places.take([{ kind: "pod-gone", pod: pod("a", "10.66.0.1") }]);
    expect(await settled()).toEqual([]);
    ip("netns", "delete", `${network.id}-a`);
    ip("netns", "add", `${network.id}-a`);
    await until(() => namespaces.of(["10.66.0.1"]) === undefined);
    expect(await settled()).toEqual([{ kind: "local-gone", interface: "v-a" }]);
  });

  test("is another one when its sandbox was made anew with another address", async () => {
    network.addPod("a", "10.66.0.1");
    network.addPod("b", "10.66.0.2");
    await namespaces.start();
    await settled(pod("x", "10.66.0.1"));
    expect(await settled(pod("x", "10.66.0.2"))).toMatchObject([{ kind: "local", interface: "v-b" }]);
  });

  test("cannot be found for a pod that shares the node's device, and the kind of its link is named", async () => {
    // What `ip -details -json address` prints; this kernel may have no such links.
    const link = { ifindex: 2, ifname: "eth0", link_index: 2, linkinfo: { info_kind: "ipvlan" } };
    const links = [{ ...link, addr_info: [{ local: "10.66.0.7", scope: "global" }] }];
    const shared = { of: () => ({ path: "/run/netns/x", inode: 1, links }), isThere: () => true };
    places = new LocalPlaces("node-1", shared, network.node);
    expect(await settled(pod("shared", "10.66.0.7"))).toEqual([]);
    expect(why("shared")).toBe("eth0 of shop/shared is of kind ipvlan: nothing can be enforced on it");
  });

  test("is not looked for: pods of other nodes, on the host's network, or without an address", async () => {
    await namespaces.start();
    await settled(
      pod("other", "10.66.0.1", { node: "node-2" }),
      pod("host", "10.66.0.2", { hostNetwork: true }),
      pod("pending", "10.66.0.3", { ips: [] }),
    );
    expect([places.size, places.missing.size]).toEqual([0, 0]);
  });
});
