/** `polc deploy` on a cluster: a real API server, and nodes that a test plays. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import * as deploy from "../../src/cli/deploy/deploy.js";
import * as diff from "../../src/cli/diff/diff.js";
import * as key from "../../src/cli/key/key.js";
import { packBundle, unpackBundle } from "../../src/cluster/payload.js";
import type { Payload } from "../../src/cluster/payload.js";
import type { PolicyBundle } from "../../src/cluster/policy_bundle.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import { carryOut } from "../../src/deploy/carry_out.js";
import { planDeploy } from "../../src/deploy/plan.js";
import type { Plan } from "../../src/deploy/plan.js";
import { isFailure } from "../../src/node/failure.js";
import { contents, folder } from "../bundle/building.js";
import { runCommand } from "../cli/run_command.js";
import { noApiServer, startApiServer } from "../cluster/api_server.js";
import type { ApiServer } from "../cluster/api_server.js";
import { parsed } from "../codegen/parsed.js";
import { createNodes, ENFORCES, playAgents, succeeds } from "./played_agents.js";
import type { PlayedAgents } from "./played_agents.js";

const { configMaps, policyBundles } = RESOURCES;
const NODES = ["node-1", "node-2", "node-3"];

function policy(port: number): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: ${port} }] }] }
`;
}

const root = folder();
const bundles = new Map<number, string>();

async function built(port: number): Promise<string> {
  const dir = join(root, `bundle-${port}`);
  const { policies, sources } = parsed(policy(port));
  const bundle = await buildBundle(policies, sources, dir, { cacheDir: join(root, "cache") });
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
  bundles.set(port, dir);
  return (bundle as { manifest: { digest: string } }).manifest.digest;
}

describe.skipIf(noApiServer())("with an API server", () => {
  let server: ApiServer;
  let agents: PlayedAgents;
  const digests = new Map<number, string>();

  beforeAll(async () => {
    for (const port of [80, 81, 82, 83]) digests.set(port, await built(port));
    server = await startApiServer();
  });
  afterAll(async () => {
    await agents?.stop();
    await server?.stop();
  });

  const polc = (...args: readonly string[]) => runCommand(deploy, ...args, "--kubeconfig", server.kubeconfig);
  /** The bundle that lets this port in. */
  const deployed = (port: number, ...args: readonly string[]) => polc(bundles.get(port)!, ...args);
  const current = () => server.admin.get<PolicyBundle>(policyBundles, { name: "default" });
  const spec = async () => {
    const bundle = await current();
    if (isFailure(bundle)) throw new Error(bundle.error);
    return bundle.spec;
  };
  const payloads = async () => {
    const listed = await succeeds(server.admin.list(configMaps, { namespace: "polc-system" }));
    if (isFailure(listed)) throw new Error(listed.error);
    return listed.items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("polc-bundle-"));
  };
  const first16 = (port: number) => digests.get(port)!.slice(7, 23);

  describe("that has nothing of polc", () => {
    test("a deploy says that polc is not installed", async () => {
      expect(await deployed(80)).toEqual({
        code: 2,
        stdout: "",
        stderr:
          'polc deploy: polc is not installed in the cluster of context "admin"\n' +
          "  help: install it: kubectl apply -k manifests (docs/deploy.md), or use another --context\n",
      });
    });

    test("a CRD of another version is named", async () => {
      const crd = server.kubectl([
        "create",
        "-f",
        "manifests/base/crd.yaml",
        "--dry-run=client",
        "-o",
        "json",
      ]);
      server.kubectl(["create", "-f", "-"], crd.replaceAll("v1alpha1", "v1beta1"));
      server.kubectl(["wait", "--for=condition=Established", "crd/policybundles.polc.dev"]);
      expect((await deployed(80)).stderr).toContain(
        "polc deploy: the cluster has PolicyBundles of polc.dev v1beta1, this polc writes v1alpha1\n",
      );
      server.kubectl(["delete", "crd", "policybundles.polc.dev"]);
    });

    test("without the namespace for payloads nothing is written", async () => {
      server.kubectl(["apply", "-f", "manifests/base/crd.yaml"]);
      server.kubectl(["wait", "--for=condition=Established", "crd/policybundles.polc.dev"]);
      const { code, stderr } = await deployed(80);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          /there is no namespace polc-system\n {2}help: install polc in this cluster first: .*\n {2}nothing is deployed\n$/,
        ),
      ]);
      expect(await current()).toMatchObject({ status: 404 });
    });
  });

  describe("with polc installed", () => {
    beforeAll(async () => {
      server.kubectl(["apply", "-k", "manifests"]);
      for (const kind of ["clusterrole", "role"])
        for (const [role, user] of [
          ["polc-plan", "planner"],
          ["polc-deploy", "deployer"],
        ] as const)
          server.kubectl([
            ...["create", `${kind}binding`, role, `--${kind}=${role}`, `--user=${user}`],
            ...(kind === "role" ? ["-n", "polc-system"] : []),
          ]);
      await createNodes(
        server.admin,
        NODES.map((name, i) => ({ name, labels: { pool: i === 0 ? "first" : "other" } })),
      );
      agents = playAgents(server.admin, NODES);
    });
    beforeEach(async () => {
      agents.behave(ENFORCES);
      await clean();
    });

    /** Whatever the test before left, and whether it passed: by kubectl, not by what is tested. */
    async function clean(): Promise<void> {
      const away = ["--ignore-not-found", "--wait=true"];
      server.kubectl(["delete", "policybundles", "--all", ...away]);
      const ours = ["kube-root-ca.crt"];
      const maps = await succeeds(server.admin.list(configMaps, { namespace: "polc-system" }));
      if (isFailure(maps)) throw new Error(maps.error);
      const names = maps.items.map(({ metadata }) => metadata.name).filter((name) => !ours.includes(name));
      if (names.length > 0) server.kubectl(["delete", "cm", "-n", "polc-system", ...names, ...away]);
      server.kubectl(["delete", "quota", "-n", "polc-system", "--all", ...away]);
      server.kubectl(["delete", "node", "node-4", ...away]);
    }

    test("the plan is all that a dry run says, and it writes nothing", async () => {
      for (const where of ["client", "server"]) {
        const { code, stdout } = await deployed(80, `--dry-run=${where}`, "--context", "admin");
        expect(code).toBe(0);
        expect(stdout).toContain(`Plan for cluster admin (https://127.0.0.1:${server.port})
  bundle  sha256:${digests.get(80)!.slice(7, 19)}  1 policy, 1 rule
  epoch   1, nothing is deployed yet
  nodes   3

Objects
  + ConfigMap polc-bundle-${first16(80)}-0
  + PolicyBundle default

2 objects created
`);
        expect(await current()).toMatchObject({ status: 404 });
        expect(await payloads()).toEqual([]);
      }
      expect((await deployed(80, "--dry-run=server")).stdout).toMatch(
        /\nthe API server accepts it; nothing was written\n$/,
      );
    });

    test("a deploy brings the bundle to all nodes, and says how they get on", async () => {
      const { code, stdout, stderr } = await deployed(80, "--context", "deployer");
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("payload written: 1 ConfigMap\nepoch 1 is deployed to 3 nodes\n");
      for (const node of NODES)
        expect(stdout).toMatch(new RegExp(`\n {2}${node} enforces it, 3 pods \\(\\d of 3\\)\n`));
      expect(stdout).toMatch(/\n3 nodes of 3 enforce epoch 1\n$/);
      const { payload } = await spec();
      const maps = payload.configMaps.map(
        (name) =>
          JSON.parse(server.kubectl(["get", "cm", name, "-n", "polc-system", "-o", "json"])) as ChunkMap,
      );
      expect(maps.every(({ immutable }) => immutable)).toBe(true);
      const copy = join(root, "copy");
      const chunks = maps.map(({ binaryData }) => Buffer.from(binaryData.chunk, "base64"));
      expect(isFailure(await unpackBundle(chunks, copy, digests.get(80)!))).toBe(false);
      expect(contents(copy)).toEqual(contents(bundles.get(80)!));
    });

    test("kubectl shows what became of the rollout", async () => {
      await deployed(80);
      expect(server.kubectl(["get", "policybundles"]).replace(/\d+s\s*$/, "AGE\n")).toMatch(
        /^NAME +EPOCH +ROLLOUT +NODES +AGE\ndefault +1 +complete +3\/3 +AGE\n$/,
      );
    });

    test("exit codes tell changes from none and from errors", async () => {
      const codes = [
        (await deployed(80, "--detailed-exitcode", "--dry-run=client")).code,
        (await deployed(80, "--detailed-exitcode")).code,
        (await deployed(80, "--detailed-exitcode")).code,
        (await deployed(80, "--detailed-exitcode", "--context", "away")).code,
      ];
      expect(codes).toEqual([2, 2, 0, 1]);
    });

    test("the plan of a change says what it opens and closes", async () => {
      await deployed(80);
      const { stdout } = await deployed(81, "--dry-run=client");
      expect(stdout).toContain(`  ~ PolicyBundle default
      digest: ${digests.get(80)} -> ${digests.get(81)}
      epoch: 1 -> 2
      payload: polc-bundle-${first16(80)}-0 -> polc-bundle-${first16(81)}-0
`);
      expect(stdout).toContain("+ opened  ingress from anywhere, TCP 81");
      expect(stdout).toContain("- closed  ingress from anywhere, TCP 80");
    });

    test("a node that refuses rolls all nodes back, as a newer epoch", async () => {
      await deployed(80);
      agents.behave((node, { spec }) =>
        node === "node-2" && spec.digest === digests.get(81)
          ? { state: "refused", message: "the verifier says no" }
          : ENFORCES(node, { spec } as PolicyBundle),
      );
      const { code, stdout } = await deployed(81);
      expect(code).toBe(1);
      expect(stdout).toMatch(/\nfailed: node-2 refused it: the verifier says no\nrolling back\n/);
      expect(stdout).toContain(
        `rolled back: sha256:${digests.get(80)!.slice(7, 19)} is deployed again, as epoch 3\n`,
      );
      expect(await spec()).toMatchObject({ digest: digests.get(80), epoch: 3 });
    });

    test("a first bundle that is refused leaves nothing deployed", async () => {
      agents.behave(() => ({ state: "refused", message: "no" }));
      const { code, stdout } = await deployed(80);
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining("rolled back: nothing is deployed, as before\n"),
      ]);
      expect(await current()).toMatchObject({ status: 404 });
    });

    test("a node that never answers rolls back when the time is over", async () => {
      await deployed(80);
      agents.behave((node, bundle) =>
        node === "node-3" && bundle.spec.digest === digests.get(81) ? undefined : ENFORCES(node, bundle),
      );
      const { code, stdout } = await deployed(81, "--timeout", "2s");
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining("no answer in 2 s from node-3\nrolling back\n"),
      ]);
      expect(await spec()).toMatchObject({ digest: digests.get(80), epoch: 3 });
    });

    test("with --no-rollback a failure stays as it is", async () => {
      await deployed(80);
      agents.behave(() => ({ state: "refused", message: "no" }));
      const { code, stdout } = await deployed(81, "--no-rollback");
      expect([code, stdout]).toEqual([
        1,
        expect.stringContaining("it stays deployed: polc deploy rollback goes back\n"),
      ]);
      expect(await spec()).toMatchObject({ digest: digests.get(81), epoch: 2 });
    });

    test.each([
      ["--max-denies", { denies: 11 }, "denied 11 packets, more than 10"],
      ["--max-losses", { losses: 11 }, "lost 11 log events, more than 10"],
    ])("more than %s rolls back", async (option, counters, reason) => {
      await deployed(80);
      agents.behave((node, bundle) => ({
        ...ENFORCES(node, bundle),
        ...(node === "node-1" && bundle.spec.digest === digests.get(81) && counters),
      }));
      const { code, stdout } = await deployed(81, option, "10", "--soak", "1s");
      expect([code, stdout]).toEqual([1, expect.stringContaining(`failed: node-1 ${reason}\n`)]);
      expect(await spec()).toMatchObject({ digest: digests.get(80), epoch: 3 });
    });

    test("counters are compared with those before the rollout", async () => {
      agents.behave((node, bundle) => ({ ...ENFORCES(node, bundle), denies: 1000 }));
      await deployed(80);
      expect(await deployed(81, "--max-denies", "10")).toMatchObject({ code: 0 });
    });

    test("a canary by label goes first, and the others follow when it is well", async () => {
      await deployed(80);
      const seen: string[] = [];
      agents.behave((node, bundle) => {
        seen.push(`${node}${bundle.spec.canary ? " canary" : ""}`);
        return ENFORCES(node, bundle);
      });
      const { code, stdout } = await deployed(81, "--canary", "pool=first", "--soak", "200ms");
      expect(code).toBe(0);
      expect(stdout).toContain("nodes   3, first node-1\n");
      expect(stdout).toContain("epoch 2 is deployed to 1 canary node\n");
      expect(stdout).toContain("epoch 2 is deployed to 3 nodes\n");
      expect(seen.filter((each) => each.endsWith("canary"))).toEqual(["node-1 canary"]);
      expect(await spec()).not.toHaveProperty("canary");
    });

    test("a canary that refuses is all that ever saw the bundle", async () => {
      await deployed(80);
      const seen = new Set<string>();
      agents.behave((node, bundle) => {
        if (bundle.spec.digest !== digests.get(81)) return ENFORCES(node, bundle);
        seen.add(node);
        return { state: "refused", message: "no" };
      });
      const { code } = await deployed(81, "--canary", "10%");
      expect([code, seen.size]).toEqual([1, 1]);
      expect(await spec()).toMatchObject({ digest: digests.get(80), epoch: 3 });
    });

    test("a canary label that no node has deploys nothing", async () => {
      const { code, stderr } = await deployed(80, "--canary", "pool=none");
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining("no node that runs the agent is chosen by --canary"),
      ]);
      expect(await current()).toMatchObject({ status: 404 });
    });

    test("history lists what a rollback can go back to, and rollback goes there", async () => {
      for (const port of [80, 81, 82]) await deployed(port);
      const history = (await polc("history")).stdout.split("\n");
      expect(history.map((line) => line.replace(/\d{4}-\S+Z/, "TIME"))).toEqual([
        `* epoch 3     TIME  sha256:${digests.get(82)!.slice(7, 19)}  1 policy, 1 rule, not signed`,
        `  epoch 2     TIME  sha256:${digests.get(81)!.slice(7, 19)}  1 policy, 1 rule, not signed`,
        `  epoch 1     TIME  sha256:${digests.get(80)!.slice(7, 19)}  1 policy, 1 rule, not signed`,
        "",
      ]);
      expect(await polc("rollback")).toMatchObject({ code: 0 });
      expect(await spec()).toMatchObject({ digest: digests.get(81), epoch: 4 });
      const byStart = await polc("rollback", digests.get(80)!.slice(7, 15), "--context", "deployer");
      expect(byStart.stdout).toContain("+ opened  ingress from anywhere, TCP 80");
      expect(await spec()).toMatchObject({ digest: digests.get(80), epoch: 5 });
      expect((await polc("rollback", "0000")).stderr).toBe(
        "polc deploy rollback: the cluster has no bundle 0000\n  help: polc deploy history lists them\n",
      );
    });

    test("old payloads are removed, and as many kept as --keep says", async () => {
      for (const port of [80, 81, 82]) await deployed(port, "--keep", "2");
      const { stdout } = await deployed(83, "--keep", "2");
      expect(stdout).toContain(`- ConfigMap polc-bundle-${first16(81)}-0\n`);
      expect(await payloads()).toEqual([82, 83].map((port) => `polc-bundle-${first16(port)}-0`).sort());
    });

    test("a payload that another PolicyBundle needs is kept", async () => {
      await deployed(80, "--name", "second");
      await deployed(80);
      await deployed(81, "--keep", "1");
      expect(await payloads()).toContain(`polc-bundle-${first16(80)}-0`);
    });

    test("status shows each node, and tells good from bad by its exit code", async () => {
      expect(await polc("status")).toEqual({ code: 1, stdout: "nothing is deployed\n", stderr: "" });
      await deployed(80);
      const { code, stdout } = await polc("status", "--context", "planner");
      expect([code, stdout]).toEqual([
        0,
        `default: sha256:${digests.get(80)!.slice(7, 19)} as epoch 1, enforced by 3 of 3 nodes\n` +
          NODES.map(
            (node) => `  ${node}  enforcing epoch 1, tables, 3 pods, 0 denied, at 2026-01-01T00:00:00Z\n`,
          ).join(""),
      ]);
      agents.behave((node, bundle) => (node === "node-2" ? undefined : ENFORCES(node, bundle)));
      await deployed(81, "--no-wait");
      await expect.poll(async () => (await polc("status")).stdout).toContain(`enforced by 2 of 3 nodes\n`);
      expect(await polc("status")).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(
          `node-2  enforcing sha256:${digests.get(80)!.slice(7, 19)} epoch 1`,
        ) as string,
      });
    });

    test("who may only plan can plan, and is told which role a deploy needs", async () => {
      expect(await deployed(80, "--context", "planner", "--dry-run=client")).toMatchObject({ code: 0 });
      const { code, stderr } = await deployed(80, "--context", "planner");
      expect([code, stderr]).toEqual([
        2,
        `polc deploy: create configmaps polc-system/polc-bundle-${first16(80)}-0: planner may not create configmaps in namespace polc-system\n` +
          "  help: bind the role: kubectl create rolebinding polc-deploy-planner -n polc-system --role=polc-deploy --user=planner\n" +
          "  nothing is deployed\n",
      ]);
    });

    test("what was uploaded for a deploy that may not be is removed again", async () => {
      await deployed(80);
      await succeeds(
        server.admin.apply(
          policyBundles,
          { metadata: { name: "default" }, spec: await spec() },
          { fieldManager: "kubectl" },
        ),
      );
      const { code, stderr } = await deployed(81);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          /others set its fields: \.spec\.\w+ \(conflict with "kubectl".*\n {2}help: take them over with --force-conflicts\n {2}epoch 1 is still deployed\n$/,
        ),
      ]);
      expect(await payloads()).toEqual([`polc-bundle-${first16(80)}-0`]);
      expect(await deployed(81, "--force-conflicts")).toMatchObject({ code: 0 });
    });

    test("a quota is said with its numbers, and nothing of the payload stays", async () => {
      await deployed(80);
      const hard = { "count/configmaps": "1" };
      const quota = {
        group: "",
        version: "v1",
        kind: "ResourceQuota",
        plural: "resourcequotas",
        namespaced: true,
      };
      const metadata = { name: "one", namespace: "polc-system" };
      await succeeds(server.admin.apply(quota, { metadata, spec: { hard } }));
      const status = { hard, used: { "count/configmaps": "1" } };
      await succeeds(server.admin.merge(quota, { ...metadata, subresource: "status" }, { status }));
      await expect
        .poll(async () => (await deployed(81)).stderr, { timeout: 20_000, interval: 1000 })
        .toMatch(
          /exceeded quota: one, .*\n {2}help: raise the ResourceQuota, or keep fewer old bundles: --keep\n {2}epoch 1 is still deployed\n$/,
        );
      expect((await spec()).epoch).toBe(1);
    });

    test("a rollout goes on over a restart of the API server", async () => {
      await deployed(80);
      let silent = true;
      agents.behave((node, bundle) => (silent ? undefined : ENFORCES(node, bundle)));
      const waiting = deployed(81, "--timeout", "55s");
      await expect.poll(async () => (await spec()).epoch, { timeout: 15_000 }).toBe(2);
      await server.restart();
      silent = false;
      await succeeds(
        server.admin.merge(policyBundles, { name: "default" }, { metadata: { labels: { seen: "again" } } }),
      );
      const { code, stdout } = await waiting;
      expect([code, stdout]).toEqual([0, expect.stringContaining("3 nodes of 3 enforce epoch 2\n")]);
      expect((await polc("history")).stdout).toContain("* epoch 2 ");
    });

    test("of two deploys at once, one is told that the other was quicker", async () => {
      await deployed(80);
      const before = await spec();
      const bundle = { ...before, digest: digests.get(82)!, epoch: 2 };
      agents.behave(() => undefined);
      const waiting = deployed(81, "--timeout", "20s");
      await expect.poll(async () => (await spec()).epoch, { timeout: 15_000 }).toBe(2);
      const second = await server.admin.apply(policyBundles, { metadata: { name: "default" }, spec: bundle });
      expect(second).toMatchObject({
        error: expect.stringContaining("somebody else deployed meanwhile") as string,
      });
      await succeeds(
        server.admin.apply(policyBundles, { metadata: { name: "default" }, spec: { ...bundle, epoch: 3 } }),
      );
      const { code, stdout } = await waiting;
      expect([code, stdout]).toEqual([
        2,
        expect.stringContaining(`somebody else deployed ${digests.get(82)} as epoch 3 meanwhile\n`),
      ]);
    });

    test("a payload that somebody removed is said, and written again by a deploy", async () => {
      await deployed(80);
      server.kubectl(["delete", "cm", "-n", "polc-system", `polc-bundle-${first16(80)}-0`]);
      const { stderr } = await runCommand(
        diff,
        "--against",
        "cluster",
        "--kubeconfig",
        server.kubeconfig,
        bundles.get(81)!,
      );
      expect(stderr).toBe(
        `polc diff: the payload is missing: there is no ConfigMap polc-system/polc-bundle-${first16(80)}-0 with a chunk of the bundle\n` +
          "  help: deploy the bundle again\n",
      );
      expect((await deployed(80)).stdout).toContain("payload written: 1 ConfigMap\n");
      expect(await payloads()).toEqual([`polc-bundle-${first16(80)}-0`]);
    });

    test("what an interrupted upload left is replaced", async () => {
      const name = `polc-bundle-${first16(80)}-7`;
      const labels = { "polc.dev/part": "payload" };
      await succeeds(
        server.admin.create(configMaps, { metadata: { name, namespace: "polc-system", labels } }),
      );
      expect(await deployed(80)).toMatchObject({ code: 0 });
      expect((await payloads()).filter((each) => each.startsWith(`polc-bundle-${first16(80)}`))).toContain(
        `polc-bundle-${first16(80)}-0`,
      );
    });

    test("signatures go along, and a deploy without them says so", async () => {
      await runCommand(key, "new", join(root, "signer"));
      await runCommand(key, "sign", bundles.get(83)!, join(root, "signer.key"));
      await deployed(83);
      const { signatures } = await spec();
      const id = (await runCommand(key, "id", join(root, "signer.pub"))).stdout.trim();
      expect(signatures).toEqual([
        { keyId: id, signature: expect.stringMatching(/^[\w+/]{86}==$/) as string },
      ]);
      expect((await deployed(80)).stderr).toBe("note: the bundle is not signed; what is deployed now is\n");
    });

    test("a node that is not ready is named, and nobody waits for it", async () => {
      await createNodes(server.admin, [{ name: "node-4", ready: false }]);
      const { code, stdout } = await deployed(80);
      expect([code, stdout]).toEqual([
        0,
        expect.stringContaining("node-4 is not ready: nobody waits for it\n"),
      ]);
    });

    test("diff against the cluster tells of the workloads that it has", async () => {
      await deployed(80);
      server.kubectl(["create", "namespace", "shop"]);
      server.kubectl(["create", "deployment", "web", "-n", "shop", "--image=web"]);
      writeFileSync(join(root, "policy.yaml"), policy(81));
      const args = ["--against", "cluster", "--kubeconfig", server.kubeconfig, join(root, "policy.yaml")];
      const { code, stdout } = await runCommand(diff, ...args, "--context", "planner", "--fail-on", "opened");
      expect(code).toBe(1);
      expect(stdout).toContain("shop/web");
      expect(stdout).toMatch(
        /1 opened, 1 closed from cluster planner to .*policy.yaml, for the one workload in both/,
      );
      server.kubectl(["delete", "namespace", "shop", "--wait=false"]);
    });

    test("status and history are JSON for programs", async () => {
      await deployed(80);
      const json = async (...args: readonly string[]) =>
        JSON.parse((await polc(...args, "--format", "json")).stdout) as unknown;
      expect(await json("status")).toEqual({
        version: 1,
        deployed: { digest: digests.get(80), epoch: 1, signedBy: [], canary: [] },
        nodes: NODES.map((name) => ({
          ...{ name, ready: true, good: true },
          status: expect.objectContaining({ node: name, state: "enforcing", epoch: 1 }) as object,
        })),
      });
      expect(await json("history")).toEqual({
        version: 1,
        deploys: [
          {
            ...{
              epoch: 1,
              digest: digests.get(80),
              content: "1 policy, 1 rule",
              current: true,
              signedBy: [],
            },
            at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
          },
        ],
      });
    });

    test("an interruption ends the waiting, and leaves what is deployed", async () => {
      await deployed(80);
      agents.behave(() => undefined);
      const args = ["dist/bundle/polc.cjs", "deploy", bundles.get(81)!, "--kubeconfig", server.kubeconfig];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        const was = stdout.includes("epoch 2 is deployed");
        stdout += text;
        if (!was && stdout.includes("epoch 2 is deployed")) child.kill("SIGINT");
      });
      const code = await new Promise((resolve) => child.once("close", resolve));
      expect([code, stdout]).toEqual([
        2,
        expect.stringContaining(
          "the waiting was interrupted: polc deploy status shows how the nodes get on\n",
        ),
      ]);
      expect(await spec()).toMatchObject({ digest: digests.get(81), epoch: 2 });
    });

    test("uninstall removes what polc wrote, and nothing else", async () => {
      await deployed(80);
      server.kubectl(["create", "cm", "-n", "polc-system", "ours"]);
      expect(await polc("uninstall")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("removed 2 objects; the agents stay") as string,
      });
      expect([await current(), await payloads()]).toEqual([expect.objectContaining({ status: 404 }), []]);
      expect((await polc("uninstall")).stdout).toBe("there is nothing to remove\n");
    });

    test("a deploy after an uninstall goes on with the epochs of before, as nodes remember them", async () => {
      for (const port of [80, 81]) await deployed(port);
      expect(await polc("uninstall", "--yes")).toMatchObject({ code: 0 });
      expect(await payloads()).toEqual([]);
      await deployed(82);
      expect((await spec()).epoch).toBe(3);
    });

    test("an epoch that nodes may have seen is not deployed, and a later one is", async () => {
      await deployed(80);
      expect(await deployed(81, "--epoch", "1")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("epoch 1 is not after epoch 1, which nodes may have seen") as string,
      });
      expect(await deployed(81, "--epoch", "9")).toMatchObject({ code: 0 });
      expect((await spec()).epoch).toBe(9);
    });

    test(
      "every write of a deploy goes on over a restart of the API server, and says that it waits",
      { timeout: 180_000 },
      async () => {
        await deployed(80);
        const told: string[] = [];
        const payload = (await succeeds(packBundle(bundles.get(81)!))) as Payload;
        const target = { ...payload, signatures: [], content: "1 policy" };
        const plan = (await succeeds(planDeploy(server.admin, target, { name: "default", keep: 5 }))) as Plan;
        const restarted = server.restart();
        const result = await carryOut(server.admin, plan, {
          ...{ force: false, dryRun: false, rollback: true, wait: { timeoutMs: 60_000, soakMs: 0 } },
          // A machine with much to do starts an API server slowly.
          awayMs: 170_000,
          tell: (each) => told.push(each.kind),
        });
        await restarted;
        expect(result).toEqual({ kind: "complete", done: 3, epoch: 2 });
        expect(told).toContain("away");
        expect(await spec()).toMatchObject({ digest: digests.get(81), epoch: 2 });
      },
    );
  });
});

interface ChunkMap {
  readonly immutable: boolean;
  readonly binaryData: { readonly chunk: string };
}
