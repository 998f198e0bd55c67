import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeLocal } from "../../src/node/local.js";
import { run } from "../../src/node/process.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import * as deploy from "../../src/cli/deploy/deploy.js";
import * as logs from "../../src/cli/logs/logs.js";
import * as status from "../../src/cli/status/status.js";
import * as undeploy from "../../src/cli/undeploy/undeploy.js";
import type { LogRecord } from "../../src/log/record.js";
import { loadProject } from "../../src/parser/project.js";
import { runCommand } from "./run_command.js";
import { ip, unusable } from "../node/network.js";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no-egress, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
`;

const id = `polct-${process.pid}-c`;
const link = `pt${process.pid}`.slice(0, 15);

function podsFile(annotations: string): string {
  return `apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.0.2.77}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}${annotations}}
spec: {nodeName: node-1}
status: {podIPs: [{ip: 10.9.1.1}]}
`;
}

test("deploy without a bundle says what it needs", async () => {
  expect(await runCommand(deploy)).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "polc deploy: deploy needs a bundle\n" +
      "  help: polc deploy BUNDLE for a cluster, polc deploy --local BUNDLE --pods FILE for this machine\n",
  });
  expect((await runCommand(deploy, "--local", "bundle")).stderr).toBe(
    "polc deploy: deploy needs --local BUNDLE and --pods FILE\n  help: polc deploy --help shows how\n",
  );
});

test("a bundle for a cluster and one for this machine at once are an error", async () => {
  expect((await runCommand(deploy, "a", "--local", "b", "--pods", "c")).stderr).toBe(
    "polc deploy: a bundle for a cluster and --local at once\n" +
      "  help: polc deploy BUNDLE, or polc deploy --local BUNDLE --pods FILE\n",
  );
});

test("options after a subcommand are that subcommand's", () => {
  const { stderr } = spawnSync(
    process.execPath,
    ["dist/bundle/polc.cjs", "deploy", "history", "--kubeconfig", "/nowhere/kubeconfig"],
    { encoding: "utf8" },
  );
  expect(stderr).toMatch(/^polc deploy history: the kubeconfig \/nowhere\/kubeconfig cannot be read: ENOENT/);
});

test.each([
  [
    ["--canary", "0%"],
    "--canary <nodes>' argument '0%' is invalid. Not a part such as 10%, or a label as KEY=VALUE.",
  ],
  [["--timeout", "soon"], "--timeout <time>' argument 'soon' is invalid. Not a time such as 90s or 5m."],
  [["--max-denies", "-1"], "--max-denies <n>' argument '-1' is invalid. Not a whole number."],
  [
    ["--dry-run", "here"],
    "--dry-run [where]' argument 'here' is invalid. Allowed choices are client, server.",
  ],
])("%j is an error that says what to give", async (args, said) => {
  const { code, stderr } = await runCommand(deploy, "bundle", ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
});

test("undeploy without --local removes nothing", async () => {
  expect(await runCommand(undeploy)).toMatchObject({
    code: 2,
    stderr: "polc undeploy: undeploy needs --local\n",
  });
});

test("a folder without a bundle is an error with its path", async () => {
  const { code, stderr } = await runCommand(deploy, "--local", "nowhere", "--pods", "none.yaml");
  expect([code, stderr.split("\n")[0]]).toEqual([2, "nowhere/manifest.json  invalid-bundle  error"]);
});

test("a log can be limited to a number of records only", async () => {
  expect(await runCommand(logs, "--count", "0")).toMatchObject({ code: 2 });
});

describe.skipIf(unusable())("on this machine", () => {
  let folder: string;
  const path = (name: string) => join(folder, name);
  const inPod = (script: string) =>
    run(["nsenter", `--net=/run/netns/${id}`, "--", process.execPath, "-e", script]);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "polct-"));
    writeFileSync(path("policy.yaml"), POLICY);
    writeFileSync(path("pods.yaml"), podsFile(`, annotations: {polc.dev/netns: ${id}}`));
    writeFileSync(path("unplaced.yaml"), podsFile(""));
    const project = await loadProject([path("policy.yaml")], { cwd: folder });
    await buildBundle(project.policies, project.sources, path("bundle"));
    ip("netns", "add", id);
    ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", id);
    ip("link", "set", link, "up");
    ip("-n", id, "addr", "add", "10.9.1.1/24", "dev", "eth0");
    ip("-n", id, "link", "set", "eth0", "up");
    ip("-n", id, "neigh", "add", "10.9.1.2", "lladdr", "02:00:00:00:00:02", "dev", "eth0");
  });

  afterAll(async () => {
    await removeLocal(id);
    ip("netns", "delete", id);
    rmSync(folder, { recursive: true });
  });

  const install = (pods: string, ...more: string[]) =>
    runCommand(
      deploy,
      "--local",
      path("bundle"),
      "--pods",
      path(pods),
      "--instance",
      id,
      "--no-color",
      ...more,
    );

  test("before a deployment there is nothing to follow and the status says so", async () => {
    expect(await runCommand(logs, "--instance", id)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("nothing is installed under this name"),
    });
    expect(await runCommand(status, "--instance", id, "--no-color")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        new RegExp(`^${id}: nothing is enforced\n\nloader: libbpf \\S+ (static|dynamic), .*\n$`),
      ),
    });
  });

  test("a dry run shows the plan and changes nothing", async () => {
    const { code, stdout, stderr } = await install("pods.yaml", "--dry-run");
    expect([code, stderr]).toEqual([0, ""]);
    const digest = (JSON.parse(readFileSync(path("bundle/manifest.json"), "utf8")) as { digest: string })
      .digest;
    expect(stdout).toBe(`Plan for node node-1 (192.0.2.77)
  bundle      ${digest.slice(0, 19)}
  generation  1, nothing runs yet

Policy sets
  shop: 1 policy, 1 program pair

Pods
+ shop/web  ${link}  no-egress

1 new
`);
    expect(await runCommand(status, "--instance", id)).toMatchObject({ code: 1 });
  });

  test("a pod that policies select but that is nowhere is warned of", async () => {
    const { stdout, stderr } = await install("unplaced.yaml", "--dry-run", "--node", "node-1");
    expect(stderr).toContain("policies select shop/web, but no annotation locates it on this machine");
    expect(stdout).toContain("Pods\n  none\n");
  });

  test("pods of which none is placed cannot be deployed to", async () => {
    expect(await install("unplaced.yaml", "--dry-run")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no pod has an annotation that locates it on this machine"),
    });
  });

  test("a deployment ends with its status, and the log names what it denies", async () => {
    const deployed = await install("pods.yaml", "--yes");
    expect(deployed).toMatchObject({ code: 0, stderr: "" });
    expect(deployed.stdout).toContain(`${id}  healthy\n  generation  1\n`);
    await inPod(
      `require("node:dgram").createSocket("udp4").send("x", 53, "10.9.1.2", () => process.exit(0))`,
    );
    const json = await runCommand(logs, "--instance", id, "--format", "json", "--denied", "--count", "1");
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(json.stdout) as LogRecord).toMatchObject({
      connection: {
        src_ip: "10.9.1.1",
        dest_ip: "10.9.1.2",
        dest_port: 53,
        protocol: "udp",
        direction: "egress",
      },
      disposition: "deny",
      policies: [{ kind: "NetworkPolicy", name: "no-egress", namespace: "shop", source: "policy.yaml:3" }],
      src: { pod_name: "web", pod_namespace: "shop", node_name: "node-1" },
      dest: { instance: "10.9.1.2" },
      node_name: "node-1",
    });
  });

  test("the log of a policy leaves out what others decided", async () => {
    await inPod(
      `require("node:dgram").createSocket("udp4").send("x", 54, "10.9.1.2", () => process.exit(0))`,
    );
    const ours = await runCommand(logs, "--instance", id, "--once", "--policy", "shop/other", "--no-color");
    expect(ours).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("the status as JSON has pods, policies, counters and problems", async () => {
    const { code, stdout } = await runCommand(status, "--instance", id, "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      loader: { linked: { libbpf: expect.stringMatching(/^(static|dynamic)$/) } },
      instances: [
        {
          instance: id,
          generation: 1,
          node: "node-1",
          audit: false,
          pods: [{ pod: "shop/web", interface: link, set: "shop", policies: [{ name: "no-egress" }] }],
          counters: { denied: 2, allowed_new: 0 },
          problems: [],
        },
      ],
    });
  });

  test("undeploy removes it, once", async () => {
    const remove = () => runCommand(undeploy, "--local", "--instance", id);
    expect(await remove()).toEqual({
      code: 0,
      stdout: `removed ${id}: nothing of it is enforced any more\n`,
      stderr: "",
    });
    expect(await remove()).toEqual({ code: 0, stdout: `there was nothing installed as ${id}\n`, stderr: "" });
  });
});
