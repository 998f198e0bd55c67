/** What a cluster answers, in words: against a real API server. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster } from "../../src/cluster/client.js";
import { connect } from "../../src/cluster/client.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import { Watcher } from "../../src/cluster/watcher.js";
import { isFailure } from "../../src/node/failure.js";
import { folder } from "../bundle/building.js";
import type { ApiServer } from "./api_server.js";
import { noApiServer, startApiServer } from "./api_server.js";

const { configMaps, pods, namespaces, policyBundles } = RESOURCES;

test("a kubeconfig that is not there, or has no such context, is an error with what there is", async () => {
  const dir = folder();
  expect(await connect({ kubeconfig: join(dir, "none") })).toMatchObject({
    error: expect.stringContaining(`the kubeconfig ${join(dir, "none")} cannot be read: ENOENT`) as string,
  });
  const path = join(dir, "config");
  const contexts = [{ name: "prod", context: { cluster: "gone", user: "me" } }];
  writeFileSync(path, JSON.stringify({ contexts, clusters: [], users: [] }));
  expect(await connect({ kubeconfig: path, context: "prdo" })).toEqual({
    error: 'the kubeconfig has no context "prdo"',
    help: 'it has "prod"',
  });
  expect(await connect({ kubeconfig: path })).toEqual({
    error: "the kubeconfig has no current context",
    help: 'add --context: "prod"',
  });
  expect(await connect({ kubeconfig: path, context: "prod" })).toMatchObject({
    error: 'context "prod" names a cluster that the kubeconfig does not describe',
  });
});

describe.skipIf(noApiServer())("with an API server", () => {
  let server: ApiServer;
  let admin: Cluster;

  beforeAll(async () => {
    server = await startApiServer();
    admin = server.admin;
  });
  afterAll(() => server?.stop());

  const ask = async (context: string) => (await server.cluster(context)).list(pods, { namespace: "default" });

  test("a cluster that is down is an error with its address", async () => {
    expect(await ask("away")).toEqual({
      error: "the API server at https://127.0.0.1:1 cannot be reached (ECONNREFUSED)",
      help: "is the cluster up? If it is another one, use --context",
      isAway: true,
    });
  });

  test("wrong credentials are an error with the context", async () => {
    expect(await ask("stranger")).toMatchObject({
      error: 'the cluster does not accept the credentials of context "stranger"',
      status: 401,
    });
  });

  test("a certificate that is not trusted is an error with what to set", async () => {
    expect(await ask("distrusted")).toMatchObject({
      error: expect.stringMatching(/^the certificate of the API server at \S+ is not trusted: /) as string,
      help: 'give the cluster of context "distrusted" the right certificate-authority',
    });
  });

  test("a missing right is an error with the verb and the role to bind", async () => {
    expect(await ask("nobody")).toMatchObject({
      error: "list pods default: nobody may not list pods in namespace default",
      help: "bind the role: kubectl create clusterrolebinding polc-plan-nobody --clusterrole=polc-plan --user=nobody",
    });
    const nobody = await server.cluster("nobody");
    const map = { metadata: { name: "x", namespace: "polc-system" } };
    expect(await nobody.apply(configMaps, map)).toMatchObject({
      error: "apply configmaps polc-system/x: nobody may not patch configmaps in namespace polc-system",
      help: "bind the role: kubectl create rolebinding polc-deploy-nobody -n polc-system --role=polc-deploy --user=nobody",
    });
  });

  test("a kind that the cluster does not know is an error that says to install polc", async () => {
    expect(await admin.list(policyBundles)).toMatchObject({
      error: expect.stringMatching(
        /^list policybundles.polc.dev: the API server at .* does not know/,
      ) as string,
      help: "install polc in this cluster first (docs/deploy.md), or use another --context",
    });
  });

  test("a field that somebody else set is a conflict, unless it is forced", async () => {
    const map = (value: string) => ({ metadata: { name: "owned", namespace: "default" }, data: { value } });
    await admin.apply(configMaps, map("theirs"), { fieldManager: "them" });
    expect(await admin.apply(configMaps, map("ours"))).toMatchObject({
      error: 'apply configmaps default/owned: others set its fields: .data.value (conflict with "them")',
      help: "take them over with --force-conflicts",
      status: 409,
    });
    expect(await admin.apply(configMaps, map("ours"), { force: true })).toMatchObject({
      data: { value: "ours" },
    });
  });

  test("an object of an older version than the one in the cluster is not applied", async () => {
    const object = { metadata: { name: "versioned", namespace: "default" } };
    const first = await admin.apply<KubeObject>(configMaps, object);
    if (isFailure(first)) throw new Error(first.error);
    const { resourceVersion } = first.metadata;
    await admin.apply(configMaps, { ...object, data: { a: "1" } });
    const old = { metadata: { ...object.metadata, resourceVersion: resourceVersion! } };
    expect(await admin.apply(configMaps, old)).toMatchObject({ status: 409, help: "run the command again" });
  });

  test("an unknown field is an error, not dropped", async () => {
    const object = { metadata: { name: "strange", namespace: "default" }, dtaa: { a: "1" } };
    expect(await admin.apply(configMaps, object)).toMatchObject({
      error: expect.stringContaining("dtaa") as string,
    });
  });

  test("a quota is an error with its numbers", async () => {
    await admin.apply(namespaces, { metadata: { name: "full" } });
    const quota = {
      group: "",
      version: "v1",
      kind: "ResourceQuota",
      plural: "resourcequotas",
      namespaced: true,
    };
    const spec = { hard: { configmaps: "0" } };
    await admin.apply(quota, { metadata: { name: "none", namespace: "full" }, spec });
    await admin.merge(
      quota,
      { namespace: "full", name: "none", subresource: "status" },
      {
        status: { hard: { configmaps: "0" }, used: { configmaps: "0" } },
      },
    );
    const refused = async () =>
      admin.create(configMaps, { metadata: { name: `c${Date.now()}`, namespace: "full" } });
    await expect.poll(refused, { timeout: 20_000 }).toMatchObject({
      error: expect.stringMatching(
        /exceeded quota: none, requested: configmaps=1, used: configmaps=0, limited: configmaps=0/,
      ) as string,
      help: "raise the ResourceQuota, or keep fewer old bundles: --keep",
    });
  });

  test("a dry run of the server checks all and keeps nothing", async () => {
    const object = { metadata: { name: "dry", namespace: "default" } };
    expect(await admin.apply(configMaps, object, { dryRun: true })).toMatchObject({ kind: "ConfigMap" });
    expect(await admin.get(configMaps, object.metadata)).toMatchObject({ status: 404 });
  });

  test("lists of more than a page are whole", async () => {
    await admin.apply(namespaces, { metadata: { name: "many" } });
    for (let i = 0; i < 510; i += 30)
      await Promise.all(
        Array.from({ length: 30 }, (_, j) =>
          admin.create(configMaps, { metadata: { name: `c${i + j}`, namespace: "many" } }),
        ),
      );
    const listed = await admin.list(configMaps, { namespace: "many" });
    if (isFailure(listed)) throw new Error(listed.error);
    expect(listed.items.length).toBe(510);
  });

  test("what is followed is told whole first, then change by change", async () => {
    await admin.apply(namespaces, { metadata: { name: "followed" } });
    const map = (name: string) => ({ metadata: { name, namespace: "followed" } });
    await admin.create(configMaps, map("before"));
    const told: string[] = [];
    const watcher = new Watcher(
      admin,
      { ...configMaps, namespace: "followed", read: (object) => object },
      {
        onBatch: ({ changed, gone }) => {
          for (const key of gone) told.push(`gone: ${key}`);
          for (const { metadata } of changed) told.push(`set: ${metadata.name}`);
        },
        onSynced: () => told.push("synced"),
        onFailure: ({ error }) => told.push(error),
      },
    );
    const ending = new AbortController();
    const following = watcher.run(ending.signal);
    await expect.poll(() => told).toEqual(["set: before", "synced"]);
    await admin.create(configMaps, map("after"));
    await admin.delete(configMaps, { namespace: "followed", name: "before" });
    await expect.poll(() => told).toEqual(["set: before", "synced", "set: after", "gone: followed/before"]);
    ending.abort();
    await following;
  });
});
