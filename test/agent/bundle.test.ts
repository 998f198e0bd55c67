import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BundleOfNode } from "../../src/agent/bundle/bundle_of_node.js";
import { BUNDLE_RESOURCES } from "../../src/agent/objects/resource.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { chunkNames, packBundle } from "../../src/cluster/payload.js";
import type { Payload } from "../../src/cluster/payload.js";
import type { NodeStatus, PolicyBundle } from "../../src/cluster/policy_bundle.js";
import type { Failure } from "../../src/node/failure.js";
import { isFailure } from "../../src/node/failure.js";
import { loadProject } from "../../src/parser/project.js";
import type { ClusterChange } from "../../src/state/index/changes.js";
import { FakeApi, status, until } from "./fake_api.js";

const policy = (name: string, port: number) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {podSelector: {}, ingress: [{ports: [{port: ${port}}]}]}
---`;

describe("the bundle of a node", () => {
  let directory: string;
  let first: Payload;
  let second: Payload;
  let fake: FakeApi;
  let node: BundleOfNode;
  let applied: ClusterChange[][];
  let answer: number | Failure;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    first = await pack("first", policy("a", 80) + policy("b", 80));
    second = await pack("second", policy("a", 81) + policy("c", 80));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  beforeEach(async () => {
    [applied, answer] = [[], 7];
    fake = await FakeApi.start();
    serve(first);
    serve(second);
    node = make();
    await node.start();
    node.begin();
  });
  afterEach(() => {
    node.stop();
    fake.stop();
    rmSync(join(directory, "state"), { recursive: true, force: true });
  });

  async function pack(name: string, text: string): Promise<Payload> {
    const file = join(directory, `${name}.yaml`);
    writeFileSync(file, text);
    const { policies, sources } = await loadProject([file], { cwd: directory });
    const bundle = await buildBundle(policies, sources, join(directory, name), { form: "table" });
    if (Array.isArray(bundle)) throw new Error(JSON.stringify(bundle));
    const packed = await packBundle((bundle as Bundle).dir);
    if (isFailure(packed)) throw new Error(packed.error);
    return packed;
  }

  function make(): BundleOfNode {
    return new BundleOfNode(
      fake.api(),
      "node1",
      { name: "default", directory: join(directory, "state") },
      {
        apply: (changes) => {
          applied.push([...changes]);
          return Promise.resolve(answer);
        },
        counts: () => Promise.resolve({ pods: 3, podsMissing: 0 }),
        log: () => undefined,
      },
    );
  }

  const mapPath = (name: string) => `/api/v1/namespaces/polc-system/configmaps/${name}`;
  const maps = new Map<string, string>();

  function serve({ digest, chunks }: Payload): void {
    chunkNames(digest, chunks.length).forEach((name, i) =>
      maps.set(mapPath(name), chunks[i]!.toString("base64")),
    );
    fake.fault = ({ method, path }, response) => {
      if (method === "PATCH") return Boolean(response.writeHead(200).end("{}"));
      const chunk = maps.get(path);
      if (chunk === undefined) return false;
      response.writeHead(200).end(JSON.stringify({ binaryData: { chunk } }));
      return true;
    };
  }

  function deploy({ digest, chunks }: Payload, epoch: number, more: object = {}): void {
    const payload = {
      namespace: "polc-system",
      configMaps: chunkNames(digest, chunks.length),
      encoding: "tar+gzip",
    };
    const object = { metadata: { name: "default" }, spec: { digest, epoch, payload, ...more } };
    node.take({ changed: [BUNDLE_RESOURCES.policyBundles.read(object as PolicyBundle)], gone: [] });
  }

  function statuses(): NodeStatus[] {
    return fake.requests
      .filter(({ method }) => method === "PATCH")
      .map(({ body }) => (JSON.parse(body) as { status: { nodes: NodeStatus[] } }).status.nodes[0]!);
  }

  const names = (changes: readonly ClusterChange[] | undefined) =>
    changes?.map((change) => ("policy" in change ? `${change.kind} ${change.policy.name}` : change.kind));

  test("is fetched, applied, and said to be enforced", async () => {
    deploy(first, 1);
    await until(() => statuses().length === 1);
    expect(names(applied[0])).toEqual(["policy a", "policy b"]);
    expect(statuses()[0]).toMatchObject({
      ...{ node: "node1", state: "enforcing", digest: first.digest, epoch: 1, generation: 7, pods: 3 },
    });
    expect(fake.requests.at(-1)!.query.get("fieldManager")).toBe("polc-agent-node1");
  });

  test("is a change from the one before: what it lacks goes", async () => {
    deploy(first, 1);
    await until(() => statuses().length === 1);
    deploy(second, 2);
    await until(() => statuses().length === 2);
    expect(names(applied[1])).toEqual(["policy-gone b", "policy a", "policy c"]);
  });

  test("names where its rules were written", async () => {
    deploy(first, 1);
    await until(() => applied.length === 1);
    const [change] = applied[0] as unknown as {
      policy: { span: { file: string }; rules: { span: { file: string } }[] };
    }[];
    expect([change!.policy.span.file, change!.policy.rules[0]!.span.file]).toEqual([
      "first.yaml:4",
      "first.yaml:5",
    ]);
  });

  for (const [what, more, message] of [
    ["of an older epoch", { epoch: 1 }, "epoch 1 is older than epoch 5, which is in force"],
    ["of the same epoch with another content", { epoch: 5 }, "epoch 5 is in force with another bundle"],
    ["in a form that is not known", { epoch: 6, payload: { encoding: "zip" } }, 'encoded as "zip"'],
    [
      "whose digest is another",
      { epoch: 6, digest: `sha256:${"0".repeat(64)}` },
      "the payload is another bundle",
    ],
  ] as const)
    test(`${what} is refused, and what was in force stays so`, async () => {
      deploy(first, 5);
      await until(() => statuses().length === 1);
      deploy(second, more.epoch, {
        ...more,
        ...("payload" in more && { payload: { ...more.payload, configMaps: [] } }),
      });
      await until(() => statuses().length === 2);
      expect(statuses()[1]).toMatchObject({ state: "refused", message: expect.stringContaining(message) });
      expect([applied.length, node.digest]).toEqual([1, first.digest]);
    });

  test("that no trusted key signed is refused", async () => {
    node.stop();
    node = new BundleOfNode(
      fake.api(),
      "node1",
      { name: "default", directory: join(directory, "state"), trusted: new Map() },
      { apply: () => Promise.resolve(1), counts: () => Promise.resolve({}), log: () => undefined },
    );
    await node.start();
    deploy(first, 1);
    await until(() => statuses().length === 1);
    expect(statuses()[0]!.state).toBe("refused");
    expect(node.digest).toBe("none");
  });

  test("whose payload comes later is enforced once it is there", async () => {
    const [name] = chunkNames(first.digest, 1);
    const chunk = maps.get(mapPath(name!))!;
    maps.delete(mapPath(name!));
    deploy(first, 1);
    await until(() => statuses().some(({ state }) => state === "refused"));
    maps.set(mapPath(name!), chunk);
    await until(() => statuses().at(-1)!.state === "enforcing");
  });

  test("that the loader refuses is refused", async () => {
    answer = { error: "no room in the kernel" };
    deploy(first, 1);
    await until(() => statuses().length === 1);
    expect(statuses()[0]).toMatchObject({ state: "refused", message: "no room in the kernel" });
  });

  test("is not taken by a node that is no canary", async () => {
    deploy(first, 1, { canary: { nodes: ["node2"] } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([applied.length, statuses().length]).toEqual([0, 0]);
    deploy(first, 1, { canary: { nodes: ["node2", "node1"] } });
    await until(() => statuses().length === 1);
  });

  test("stays when the PolicyBundle is removed, and when the node starts without the API", async () => {
    deploy(first, 3);
    await until(() => statuses().length === 1);
    node.take({ changed: [], gone: ["default"] });
    expect(node.digest).toBe(first.digest);
    fake.fault = (_, response) => {
      status(response, 503, "ServiceUnavailable", "away");
      return true;
    };
    const again = make();
    await again.start();
    expect([again.digest, again.epoch, again.policies.map(({ name }) => name)]).toEqual([
      first.digest,
      3,
      ["a", "b"],
    ]);
    again.stop();
  });

  for (const [what, again] of [
    ["by the same agent", () => Promise.resolve(node)],
    [
      "by one that was started anew",
      async () => {
        node.stop();
        const started = make();
        await started.start();
        return started;
      },
    ],
    [
      "by one whose bundle on disk is damaged",
      async () => {
        node.stop();
        rmSync(join(directory, "state", "bundles"), { recursive: true });
        const started = make();
        await started.start();
        return started;
      },
    ],
  ] as const)
    test(`of an older epoch is refused ${what} after the PolicyBundle was removed and made again`, async () => {
      deploy(first, 5);
      await until(() => statuses().length === 1);
      node.take({ changed: [], gone: ["default"] });
      node = await again();
      node.begin();
      deploy(second, 1);
      await until(() => statuses().at(-1)!.state === "refused");
      expect(statuses().at(-1)!.message).toBe("epoch 1 is older than epoch 5, which is in force");
      deploy(second, 6);
      await until(() => statuses().at(-1)!.state === "enforcing");
      expect([node.digest, node.epoch]).toEqual([second.digest, 6]);
    });

  test("is told to the API again until that has it, over answers of every kind of fault", async () => {
    const served = fake.fault;
    let tries = 0;
    fake.fault = (request, response) => {
      if (request.method !== "PATCH" || ++tries > 3) return served(request, response);
      if (tries % 2) response.destroy();
      else status(response, 503, "ServiceUnavailable", "not yet");
      return true;
    };
    deploy(first, 1);
    await until(() => tries === 4);
    expect(statuses().at(-1)).toMatchObject({ state: "enforcing", epoch: 1 });
  });
});
