import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ApiFailure } from "../../src/cluster/resource.js";
import { RESOURCES } from "../../src/agent/objects/resource.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import type { Batch } from "../../src/cluster/watcher.js";
import { Watcher } from "../../src/cluster/watcher.js";
import { FakeApi, status, until } from "./fake_api.js";

const PATH = "/api/v1/namespaces";
const CUSTOM = RESOURCES.clusterNetworkPolicies.path;

function namespace(name: string, version: number, team = ""): KubeObject {
  return { metadata: { name, resourceVersion: String(version), labels: { team } } };
}

describe("a copy of a resource", () => {
  let fake: FakeApi;
  let stop: AbortController;
  let running: Promise<void>;
  let batches: Batch[];
  let failures: ApiFailure[];
  let synced: number;
  /** What the batches add up to. */
  const held = () => {
    const found = new Map<string, string>();
    for (const { changed, gone } of batches) {
      for (const key of gone) found.delete(key);
      for (const { metadata } of changed) found.set(metadata.name, metadata.labels?.["team"] ?? "");
    }
    return Object.fromEntries(found);
  };

  beforeEach(async () => {
    fake = await FakeApi.start(PATH);
    [batches, failures, synced, stop] = [[], [], 0, new AbortController()];
  });
  afterEach(async () => {
    stop.abort();
    fake.stop();
    await running;
  });

  function follow(resource = RESOURCES.namespaces, times = {}): Watcher {
    const watcher = new Watcher(fake.api(), resource, {
      onBatch: (batch) => batches.push(batch),
      onSynced: () => synced++,
      onFailure: (failure) => failures.push(failure),
      times: { absentMs: 20, ...times },
    });
    running = watcher.run(stop.signal);
    return watcher;
  }

  async function followed(): Promise<Watcher> {
    fake.objects.set(PATH, [namespace("a", 3), namespace("b", 4)]);
    fake.version = 10;
    const watcher = follow();
    await until(() => fake.watching(PATH) === 1);
    return watcher;
  }

  test("a list in three pages is one batch", async () => {
    fake.objects.set(PATH, [namespace("a", 3), namespace("b", 4), namespace("c", 5)]);
    fake.pageSize = 1;
    follow();
    await until(() => synced === 1);
    expect(batches.map(({ changed }) => changed.map(({ metadata }) => metadata.name))).toEqual([
      ["a", "b", "c"],
    ]);
  });

  test("a watch goes on from the version of the list", async () => {
    await followed();
    expect(fake.requests.at(-1)!.query.get("resourceVersion")).toBe("10");
    fake.send(PATH, "ADDED", namespace("c", 11, "new"));
    fake.send(PATH, "MODIFIED", namespace("a", 12, "x"));
    fake.send(PATH, "DELETED", namespace("b", 13));
    await until(() => batches.length === 4);
    expect(held()).toEqual({ a: "x", c: "new" });
  });

  test("an event that comes twice, or after a later one, changes nothing", async () => {
    await followed();
    fake.send(PATH, "MODIFIED", namespace("a", 15, "newest"));
    fake.send(PATH, "MODIFIED", namespace("a", 15, "newest"));
    fake.send(PATH, "MODIFIED", namespace("a", 14, "older"));
    fake.send(PATH, "DELETED", namespace("b", 16));
    fake.send(PATH, "MODIFIED", namespace("b", 13, "before its end"));
    fake.send(PATH, "DELETED", namespace("a", 14));
    fake.send(PATH, "ADDED", namespace("last", 17));
    await until(() => "last" in held());
    expect(held()).toEqual({ a: "newest", last: "" });
    expect(batches).toHaveLength(4);
  });

  test("a watch that the server ends goes on from the last event, without a list", async () => {
    await followed();
    fake.send(PATH, "ADDED", namespace("c", 21));
    await until(() => "c" in held());
    fake.endWatches();
    await until(() => fake.watching(PATH) === 1);
    expect(fake.requests.at(-1)!.query.get("resourceVersion")).toBe("21");
    expect(fake.requests.filter(({ query }) => !query.has("watch"))).toHaveLength(1);
  });

  test("a bookmark moves on where the next watch begins", async () => {
    await followed();
    fake.send(PATH, "BOOKMARK", { metadata: { resourceVersion: "500" } });
    fake.send(PATH, "ADDED", namespace("c", 501));
    await until(() => "c" in held());
    fake.endWatches(true);
    await until(() => fake.watching(PATH) === 1);
    expect(fake.requests.at(-1)!.query.get("resourceVersion")).toBe("501");
    expect(failures).toHaveLength(1);
  });

  for (const [name, gone] of [
    ["an ERROR event", () => fake.send(PATH, "ERROR", { kind: "Status", code: 410, message: "too old" })],
    [
      "an answer",
      () => {
        let once = true;
        fake.fault = ({ query }, response) => {
          if (!once || !query.has("watch")) return false;
          once = false;
          status(response, 410, "Expired", "too old resource version");
          return true;
        };
        fake.endWatches();
      },
    ],
  ] as const)
    test(`after 410 Gone by ${name} the list says what went meanwhile`, async () => {
      await followed();
      fake.objects.set(PATH, [namespace("a", 30, "moved"), namespace("z", 31)]);
      fake.version = 40;
      gone();
      await until(() => synced === 2);
      expect(held()).toEqual({ a: "moved", z: "" });
      expect(batches).toHaveLength(2);
    });

  test("a list that breaks in its second page changes nothing", async () => {
    await followed();
    fake.objects.set(PATH, [namespace("c", 30), namespace("d", 31)]);
    fake.pageSize = 1;
    let broken = 0;
    fake.fault = ({ query }, response) => {
      if (!query.has("continue") || broken++ > 0) return false;
      status(response, 500, "InternalError", "etcd is away");
      return true;
    };
    fake.send(PATH, "ERROR", { code: 410, message: "gone" });
    await until(() => broken === 1);
    expect(held()).toEqual({ a: "", b: "" });
    await until(() => synced === 2);
    expect(held()).toEqual({ c: "", d: "" });
  });

  test("a server that is back with an older store is believed", async () => {
    await followed();
    fake.send(PATH, "MODIFIED", namespace("a", 90, "lost"));
    await until(() => held()["a"] === "lost");
    fake.objects.set(PATH, [namespace("a", 3, "restored")]);
    fake.version = 5;
    fake.send(PATH, "ERROR", { code: 410, message: "gone" });
    await until(() => synced === 2);
    expect(held()).toEqual({ a: "restored" });
  });

  test("a server that is away, then flaps, is asked again with pauses, and followed once it is there", async () => {
    let tries = 0;
    fake.objects.set(PATH, [namespace("a", 3)]);
    fake.fault = (_, response) => {
      if (++tries > 3) return false;
      if (tries % 2) response.destroy();
      else status(response, 503, "ServiceUnavailable", "not yet");
      return true;
    };
    const begun = Date.now();
    follow();
    await until(() => synced === 1);
    expect(held()).toEqual({ a: "" });
    expect(failures.map(({ status: code }) => code)).toEqual([undefined, 503, undefined]);
    expect(Date.now() - begun).toBeGreaterThan(50 + 100 + 200 - 10);
  });

  test("a watch of which nothing comes any more is begun anew", async () => {
    fake.objects.set(PATH, [namespace("a", 3)]);
    follow(RESOURCES.namespaces, { watchSeconds: 0, silenceMs: 60 });
    await until(() => fake.watching(PATH) === 1);
    await until(() => fake.requests.filter(({ query }) => query.has("watch")).length === 2);
    expect(failures[0]!.error).toContain("nothing came for");
  });

  test("a line that is no JSON breaks the watch, and the next one goes on", async () => {
    await followed();
    fake.sendText(PATH, '{"type":"ADD\n');
    await until(() => failures.length === 1);
    // The broken one may still be open at the server, and what is sent to it is lost.
    await until(() => fake.requests.filter(({ query }) => query.has("watch")).length === 2);
    await until(() => fake.watching(PATH) === 1);
    fake.send(PATH, "ADDED", namespace("c", 21));
    await until(() => "c" in held());
  });

  test("an event in pieces, of which one cuts a letter of two bytes, is one event", async () => {
    await followed();
    const line = Buffer.from(`${JSON.stringify({ type: "ADDED", object: namespace("c", 21, "ä") })}\n`);
    const cut = line.indexOf(0xc3) + 1;
    for (const piece of [line.subarray(0, 5), line.subarray(5, cut), line.subarray(cut)]) {
      fake.sendText(PATH, piece as unknown as string);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => held()["c"] === "ä");
  });

  test("a custom resource that the cluster lacks is empty, and followed once it is there", async () => {
    follow(RESOURCES.clusterNetworkPolicies);
    await until(() => synced > 0);
    expect(failures).toEqual([]);
    fake.objects.set(CUSTOM, [{ metadata: { name: "guard", resourceVersion: "7" } }]);
    await until(() => batches.length === 1);
    expect(batches[0]!.changed[0]).toMatchObject({
      kind: "ClusterNetworkPolicy",
      metadata: { name: "guard" },
    });
  });

  test("a custom resource that is missing for a moment keeps its objects, and loses them when it stays missing", async () => {
    fake.objects.set(CUSTOM, [{ metadata: { name: "guard", resourceVersion: "7" } }]);
    follow(RESOURCES.clusterNetworkPolicies);
    await until(() => fake.watching(CUSTOM) === 1);
    const objects = fake.objects.get(CUSTOM)!;
    fake.objects.delete(CUSTOM);
    fake.endWatches();
    const missed = () => fake.requests.filter(({ path }) => path === CUSTOM).length;
    const before = missed();
    await until(() => missed() >= before + 1);
    fake.objects.set(CUSTOM, objects);
    await until(() => fake.watching(CUSTOM) === 1);
    expect(batches.flatMap(({ gone }) => gone)).toEqual([]);
    fake.objects.delete(CUSTOM);
    fake.endWatches();
    await until(() => batches.flatMap(({ gone }) => gone).length === 1);
    expect(batches.at(-1)!.gone).toEqual(["guard"]);
  });

  test("a right that is missing is named with the role to bind", async () => {
    fake.fault = (_, response) => {
      status(
        response,
        403,
        "Forbidden",
        'namespaces is forbidden: User "system:serviceaccount:polc-system:polc-agent" cannot list resource "namespaces" in API group "" at the cluster scope',
      );
      return true;
    };
    follow();
    await until(() => failures.length > 0);
    expect(failures[0]).toMatchObject({
      error:
        "list namespaces: system:serviceaccount:polc-system:polc-agent may not list namespaces in the whole cluster",
      help: "bind the role: kubectl create clusterrolebinding polc-agent-polc-system-polc-agent --clusterrole=polc-agent --serviceaccount=polc-system:polc-agent",
      status: 403,
    });
  });
});
