/** A bundle with a Service on a node of its own: pods ask for the cluster IP, and the log names the Service. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manifestDigest } from "../../src/bundle/bundle_json.js";
import { sha256 } from "../../src/bundle/digest.js";
import type { Manifest } from "../../src/bundle/manifest.js";
import { removeLocal } from "../../src/node/local.js";
import { inNetns, run } from "../../src/node/process.js";
import { Network, ip, unusable } from "../node/network.js";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 8080}]
---
`;

const service = (name: string, ip: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {clusterIP: ${ip}, clusterIPs: [${ip}], selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}
---
`;

const CHECKED = `apiVersion: v1
kind: Service
metadata: {name: checked, namespace: shop}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  healthCheckNodePort: 32123
  clusterIP: 10.96.0.12
  clusterIPs: [10.96.0.12]
  selector: {app: db}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
---
`;

const pods = (id: string, db: string) => `apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.0.2.77}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}, annotations: {polc.dev/netns: ${id}-web}}
spec: {nodeName: node-1}
status: {podIPs: [{ip: 10.9.1.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}, annotations: {${db}}}
spec: {nodeName: node-1}
status: {podIPs: [{ip: 10.9.1.2}]}
`;

const SERVER = `require("node:net").createServer((socket) => socket.on("error", () => 0).end(socket.remoteAddress)).listen(8080, "0.0.0.0",
  () => console.log("listening"))`;
const ask = (address: string) => `const socket = require("node:net").connect(80, "${address}");
  socket.setTimeout(3000, () => process.exit(3));
  socket.on("data", (data) => { console.log(String(data)); process.exit(0); });
  socket.on("error", (error) => { console.log(error.code); process.exit(2); });`;

describe.skipIf(unusable())("on a node with services", () => {
  let folder: string;
  let network: Network;
  let server: ChildProcess;
  const path = (name: string) => join(folder, name);
  const polc = async (...args: string[]) =>
    run(inNetns(network.node, [process.execPath, resolve("dist/bundle/polc.cjs"), ...args]));
  const deploy = (bundle: string, ...more: string[]) =>
    polc(
      ...["deploy", "--local", path(bundle), "--pods", path("pods.yaml"), "--no-config", "--no-color"],
      ...["--instance", network.id, ...more],
    );
  const status = async () =>
    JSON.parse((await polc("status", "--instance", network.id, "--format", "json")).stdout).instances[0];
  const asks = async (address: string, netns = `/run/netns/${network.id}-web`) => {
    return (await run(inNetns(netns, [process.execPath, "-e", ask(address)]))).stdout.trim();
  };
  const build = async (out: string, text: string) => {
    writeFileSync(path(`${out}.yaml`), text);
    const made = await polc("build", path(`${out}.yaml`), path("pods.yaml"), "-o", path(out), "--quiet");
    expect([made.code, made.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "polct-services-"));
    network = new Network();
    network.addPod("web", "10.9.1.1");
    const db = network.addPod("db", "10.9.1.2");
    ip("-n", network.id, "link", "add", "up0", "type", "veth", "peer", "name", "far0");
    ip("-n", network.id, "addr", "add", "192.0.2.77/24", "dev", "up0");
    ip("-n", network.id, "link", "set", "up0", "mtu", "1400", "up");
    ip("-n", network.id, "route", "add", "default", "via", "192.0.2.1");
    const placed = pods(network.id, `polc.dev/netns: ${network.id}-db`);
    writeFileSync(path("pods.yaml"), placed);
    await build("bundle", POLICY + service("db", "10.96.0.10"));
    await build("other", POLICY + service("other", "10.96.0.11"));
    await build("checked", POLICY + CHECKED);
    const [program, ...args] = inNetns(db, [process.execPath, "-e", SERVER]);
    server = spawn(program!, args, { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((ready) => server.stdout!.once("data", ready));
  });

  afterAll(async () => {
    server?.kill("SIGKILL");
    await removeLocal(network.id, { netns: network.node });
    network.remove();
    rmSync(folder, { recursive: true });
  });

  test("the plan shows links, dispatch and addresses, and serves nothing yet", async () => {
    const { code, stdout, stderr } = await deploy("bundle", "--dry-run");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`
Services
  dispatch  opt
  links     up0
+ shop/db  10.96.0.10:80/TCP  cluster IP  10.9.1.2:8080
`);
    expect(await status()).toMatchObject({ generation: 0 });
  });

  test("a link that is not there is an error, and nothing is installed", async () => {
    expect(await deploy("bundle", "--yes", "--link", "up1")).toMatchObject({
      code: 2,
      stderr: "polc deploy: there is no link up1\n  help: did you mean up0?\n",
    });
    expect(await status()).toMatchObject({ generation: 0 });
  });

  test("a pod is answered at the cluster IP, and the log names the Service", async () => {
    const deployed = await deploy("bundle", "--yes", "--log-all");
    expect(deployed).toMatchObject({ code: 0, stderr: "" });
    expect(deployed.stdout).toContain("services  healthy\n  generation  1\n  links       up0 (tc)\n");
    expect(await asks("10.96.0.10")).toBe("10.9.1.1");
    const logged = await polc("logs", "--instance", network.id, "--count", "1", "--no-color");
    expect(logged.stdout).toMatch(
      /ALLOW {2}shop\/web-0 -> shop\/db-0 8080\/tcp by shop\/db \(10\.96\.0\.10:80\)/,
    );
    expect((await status()).services).toMatchObject({
      generation: 1,
      links: [{ name: "up0", hook: "tc" }],
      frontends: 1,
      endpoints: 1,
      addresses: [{ service: "shop/db", address: "10.96.0.10", port: 80, endpoints: ["10.9.1.2:8080"] }],
      counters: { opened: 1 },
      problems: [],
    });
  });

  test("a process of the machine itself is answered at the cluster IP", async () => {
    // By the address that the kernel takes on the pod's link.
    expect(await asks("10.96.0.10", network.node)).toBe("169.254.1.1");
  }, 30_000);

  test("the services have the MTU of the link", async () => {
    const state = JSON.parse(readFileSync(`/run/polc/${network.id}/services/state.json`, "utf8"));
    expect(state.config.mtu).toBe(1400);
  });

  test("if the kernel cannot load the new services, the old ones and the old policy stay", async () => {
    const manifest = JSON.parse(readFileSync(path("other/manifest.json"), "utf8")) as Manifest;
    const tc = manifest.services!.objects.tc;
    const broken = readFileSync(path(`other/${tc.file}`)).subarray(0, 4096);
    cpSync(path("other"), path("broken"), { recursive: true });
    writeFileSync(path(`broken/${tc.file}`), broken);
    const objects = { ...manifest.services!.objects, tc: { ...tc, sha256: sha256(broken) } };
    const content = { ...manifest, services: { ...manifest.services!, objects } };
    const text = JSON.stringify({ ...content, digest: manifestDigest(content) });
    writeFileSync(path("broken/manifest.json"), text);
    expect(await deploy("broken", "--yes")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^polc deploy: services: .*\n[^]*generation 1 is still enforced/),
    });
    expect(await asks("10.96.0.10")).toBe("10.9.1.1");
    expect(await status()).toMatchObject({
      generation: 1,
      services: { generation: 1, addresses: [{ service: "shop/db" }], problems: [] },
    });
  });

  test("if policy fails, the services that were there are in force again", async () => {
    // Nobody but root may write where names are kept, so a folder in the place of the file is what fails.
    const names = `/run/polc/${network.id}/generations/2.json`;
    await run(["mkdir", "-p", `${names}/in-the-way`]);
    const failed = await deploy("other", "--yes");
    rmSync(names, { recursive: true });
    expect([failed.code, failed.stderr]).toEqual([
      2,
      expect.stringContaining("generation 1 is still enforced"),
    ]);
    expect(await asks("10.96.0.10")).toBe("10.9.1.1");
    expect((await status()).services).toMatchObject({ generation: 3, addresses: [{ service: "shop/db" }] });
  });

  test("another bundle's services take their place, and the plan says what goes", async () => {
    const { code, stdout } = await deploy("other", "--yes");
    expect(code).toBe(0);
    expect(stdout).toContain(
      "- shop/db     10.96.0.10:80/TCP  cluster IP  10.9.1.2:8080\n+ shop/other  10.96.0.11:80/TCP",
    );
    expect(await asks("10.96.0.11")).toBe("10.9.1.1");
  });

  test("a healthCheckNodePort is not answered, and the deployment says so", async () => {
    expect(await deploy("checked", "--yes")).toMatchObject({
      code: 0,
      stderr:
        "polc deploy: healthCheckNodePort 32123 of shop/checked is not answered: only polc agent does, which stays\n",
    });
  }, 60_000);

  test("--no-services leaves policy alone in force", async () => {
    const { code, stdout } = await deploy("bundle", "--yes", "--no-services");
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("Services\n  none are served any more\n- shop/checked"),
    ]);
    expect(await status()).not.toHaveProperty("services");
    expect(await network.reaches("web", "10.9.1.2", 8080)).toBe(true);
  });

  test("undeploy removes services too", async () => {
    expect(await deploy("bundle", "--yes")).toMatchObject({ code: 0 });
    const { code } = await polc("undeploy", "--local", "--instance", network.id);
    expect(code).toBe(0);
    expect((await status()).generation).toBe(0);
    // Nothing but its pins keeps a program on its link.
    expect(await run(["ls", `/sys/fs/bpf/polc/${network.id}`])).toMatchObject({ code: 2 });
  });
});
