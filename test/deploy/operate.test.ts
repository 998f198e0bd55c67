/** `polc status` and `polc logs` of a cluster: a real API server, with agents and kubelets that a test plays. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as logs from "../../src/cli/logs/logs.js";
import { followCluster } from "../../src/cli/logs/cluster/follow.js";
import * as status from "../../src/cli/status/status.js";
import type { NodeStatus } from "../../src/cluster/policy_bundle.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import type { LogRecord } from "../../src/log/record.js";
import { runCommand } from "../cli/run_command.js";
import { noApiServer, startApiServer } from "../cluster/api_server.js";
import type { ApiServer } from "../cluster/api_server.js";
import { createNodes, succeeds } from "./played_agents.js";
import { playKubelet } from "./played_kubelet.js";
import type { PlayedKubelet } from "./played_kubelet.js";

const { policyBundles, pods } = RESOURCES;
const DIGEST = `sha256:${"a".repeat(64)}`;
const AGENT = { namespace: "polc-system", subresource: "status" };

function record(time: string, node: string, more: object = {}): string {
  return JSON.stringify({
    connection: {
      src_ip: "10.0.0.1",
      dest_ip: "10.0.0.2",
      dest_port: 80,
      protocol: "tcp",
      direction: "ingress",
    },
    ...{ disposition: "deny", count: 1, node_name: node, timestamp: `2026-01-01T00:00:${time}00000000Z` },
    policies: [{ kind: "NetworkPolicy", namespace: "shop", name: "db", source: "shop.yaml:1" }],
    ...more,
  });
}

describe.skipIf(noApiServer())("with an API server", { timeout: 30_000 }, () => {
  let server: ApiServer;
  let kubelets: PlayedKubelet[];

  beforeAll(async () => {
    server = await startApiServer();
    server.kubectl(["apply", "-f", "manifests/base/namespace.yaml", "-f", "manifests/base/crd.yaml"]);
    server.kubectl(["wait", "--for=condition=Established", "crd/policybundles.polc.dev"]);
    for (const role of ["plan", "logs"]) server.kubectl(["apply", "-f", `manifests/base/${role}_rbac.yaml`]);
    const planner = ["--user=planner", "planner"];
    server.kubectl(["create", "clusterrolebinding", "--clusterrole=polc-plan", ...planner]);
    server.kubectl(["create", "rolebinding", "-n", "polc-system", "--role=polc-plan", ...planner]);
    server.kubectl([
      "create",
      "rolebinding",
      "-n",
      "polc-system",
      "--role=polc-logs",
      "--user=reader",
      "reader",
    ]);
    await createNodes(server.admin, [
      { name: "node-1" },
      { name: "node-2" },
      { name: "node-3", ready: false },
    ]);
    kubelets = await Promise.all(["node-1", "node-2"].map((node) => playKubelet(server.admin, node)));
    await agentIs("node-1", { running: {} });
    await agentIs("node-2", { running: {} });
    await agentIs("node-3", { waiting: { reason: "CrashLoopBackOff" } });
  }, 180_000);
  afterAll(async () => {
    await Promise.all((kubelets ?? []).map((kubelet) => kubelet.stop()));
    await server?.stop();
  });

  async function agentIs(node: string, state: object): Promise<void> {
    const ready = "running" in state;
    const containerStatus = {
      name: "agent",
      ready,
      restartCount: ready ? 0 : 7,
      state,
      image: "",
      imageID: "",
    };
    const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
    const patch = { status: { phase: "Running", conditions, containerStatuses: [containerStatus] } };
    await succeeds(server.admin.merge(pods, { ...AGENT, name: `polc-agent-${node}` }, patch));
  }

  async function deployed(...nodes: readonly NodeStatus[]): Promise<void> {
    const metadata = { name: "default" };
    const payload = { namespace: "polc-system", configMaps: ["a"], encoding: "tar+gzip" };
    await succeeds(
      server.admin.apply(policyBundles, { metadata, spec: { digest: DIGEST, epoch: 3, payload } }),
    );
    for (const said of nodes) {
      const options = { subresource: "status", fieldManager: `polc-agent-${said.node}`, force: true };
      await succeeds(server.admin.apply(policyBundles, { metadata, status: { nodes: [said] } }, options));
    }
  }

  const as = (user: string) => ["--kubeconfig", server.kubeconfig, "--context", user];

  describe("polc status", () => {
    test("says that nothing is deployed, to whom may only read", async () => {
      const { code, stdout, stderr } = await runCommand(status, ...as("planner"));
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("  problem nothing is deployed\n");
    });

    test("shows each node, and what is wrong with it", async () => {
      const observed = new Date().toISOString();
      const good = {
        digest: DIGEST,
        epoch: 3,
        state: "enforcing",
        tier: "specialised",
        denies: 4,
        losses: 0,
      } as const;
      await deployed(
        { ...good, node: "node-1", pods: 12, podsMissing: 0, observed },
        { ...good, node: "node-2", pods: 7, podsMissing: 2, observed: "2026-01-01T00:00:00Z" },
      );
      const { code, stdout } = await runCommand(status, ...as("planner"));
      const lines = stdout.split("\n");
      expect(code).toBe(1);
      expect(lines[0]).toMatch(/^planner {2}\d problems$/);
      expect(lines.slice(5, 9).map((line) => line.trim().replace(/ {2,}/g, "  "))).toEqual([
        "NODE  AGENT  STATE  EPOCH  TIER  PODS  DENIED  LOST",
        "node-1  ready  enforcing  3  specialised  12  4  0",
        "node-2  ready  enforcing  3  specialised  7/9  4  0",
        "node-3  CrashLoopBackOff  -  -  -  -  -  -",
      ]);
      expect(
        lines.filter((line) => line.includes("problem ")).map((line) => line.trim().replace(/\d{3,}/, "N")),
      ).toEqual([
        "problem node-2: nothing is enforced on 2 of its pods",
        "problem node-2: it has said nothing for N minutes",
        "problem node-3: the node is not ready",
        "problem node-3: its agent does not run: CrashLoopBackOff",
        "problem node-3: it has said nothing of the bundle yet",
      ]);
    });

    test("has the same as JSON", async () => {
      const { stdout } = await runCommand(status, ...as("planner"), "--format", "json");
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ version: 1, context: "planner", deployed: { name: "default", digest: DIGEST, epoch: 3 } },
        nodes: [
          { name: "node-1", ready: true, agent: { ready: true, live: false }, problems: [] },
          { name: "node-2", status: { podsMissing: 2 } },
          { name: "node-3", ready: false, agent: { ready: false, restarts: 7 }, status: null },
        ],
      });
    });

    test("names the role that is missing", async () => {
      const { code, stderr } = await runCommand(status, ...as("nobody"));
      expect(code).toBe(2);
      expect(stderr).toContain("nobody may not get policybundles.polc.dev in the whole cluster");
      expect(stderr).toContain(
        "kubectl create clusterrolebinding polc-plan-nobody --clusterrole=polc-plan --user=nobody",
      );
    });

    test("is of this machine or of a cluster, not of both", async () => {
      expect((await runCommand(status, ...as("planner"), "--local")).stderr).toContain("cannot be used with");
    });
  });

  describe("polc logs", () => {
    test("prints what the agents logged in the order of its times, without what is no record", async () => {
      kubelets[0]!.write("2026-01-01T00:00:00.000Z polc agent: in force: 3 policies, 2 pods here");
      kubelets[0]!.write(record("01.1", "node-1"));
      kubelets[1]!.write(record("01.2", "node-2", { src: { pod_name: "web", pod_namespace: "other" } }));
      kubelets[0]!.write(record("01.3", "node-1", { disposition: "allow" }));
      const { code, stdout, stderr } = await runCommand(logs, ...as("reader"), "--once");
      expect(stdout.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
        "00:00:01.100 node-1 DENY 10.0.0.1 -> 10.0.0.2 80/tcp ingress shop/db (shop.yaml:1)",
        "00:00:01.200 node-2 DENY other/web -> 10.0.0.2 80/tcp ingress shop/db (shop.yaml:1)",
        "00:00:01.300 node-1 ALLOW 10.0.0.1 -> 10.0.0.2 80/tcp ingress shop/db (shop.yaml:1)",
        "",
      ]);
      expect(stderr).toBe("polc logs: no verdicts from node-3: its agent does not run: CrashLoopBackOff\n");
      expect(code).toBe(1);
    });

    test("shows what concerns a namespace, of the nodes that are named", async () => {
      const of = async (...args: string[]) => {
        const { stdout } = await runCommand(logs, ...as("reader"), "--once", "-f", "json", ...args);
        return stdout
          .split("\n")
          .filter(Boolean)
          .map((line) => (JSON.parse(line) as LogRecord).timestamp.slice(17, 21));
      };
      expect(await of("-n", "other")).toEqual(["01.2"]);
      expect(await of("-n", "shop", "--denied", "--node", "node-1")).toEqual(["01.1"]);
      expect(await of("-n", "none")).toEqual([]);
      expect((await runCommand(logs, ...as("reader"), "--once", "--node", "node-9")).stderr).toContain(
        "agents run on node-1, node-2, node-3",
      );
    });

    test("follows through an agent that is started again, shows no record twice, and says what it misses", async () => {
      const records: LogRecord[] = [];
      const problems: string[] = [];
      const stop = new AbortController();
      const following = followCluster(
        await server.cluster("reader"),
        { follow: true, nodes: ["node-1", "node-2"] },
        {
          onRecord: (each) => records.push(each) < 1000,
          onLost: ({ lost_ring }, node) => problems.push(`${node} lost ${lost_ring}`),
          onProblem: (problem) => problems.push(problem),
        },
        stop,
      );
      const before = kubelets.map(({ asked }) => asked.length);
      const until = async (holds: () => boolean) => {
        for (
          const end = Date.now() + 15_000;
          !holds();
          await new Promise((resolve) => setTimeout(resolve, 20))
        )
          if (Date.now() > end)
            throw new Error(`never so: ${String(holds)}: ${JSON.stringify([records, problems])}`);
      };
      await until(() => kubelets.every(({ asked }, i) => asked.length > before[i]!));
      kubelets[0]!.write(record("02.2", "node-1"));
      kubelets[1]!.write(record("02.1", "node-2"));
      kubelets[1]!.write(
        JSON.stringify({ lost: { lost_ring: 12 }, instance: "node-2", node_name: "node-2" }),
      );
      await until(() => records.length >= 5);
      await agentIs("node-1", { waiting: { reason: "CrashLoopBackOff" } });
      kubelets[0]!.end();
      await until(() => problems.some((problem) => problem.includes("node-1")));
      kubelets[0]!.write(record("03.1", "node-1"));
      await agentIs("node-1", { running: {} });
      await until(() => problems.includes("node-1: its verdicts come again") && records.length >= 6);
      stop.abort();
      expect(await following).toEqual({ isPartial: true });
      expect(records.map(({ timestamp }) => timestamp.slice(17, 21)).slice(-3)).toEqual([
        "02.1",
        "02.2",
        "03.1",
      ]);
      expect(new Set(records.map((each) => JSON.stringify(each))).size).toBe(records.length);
      expect(problems).toEqual([
        "node-2 lost 12",
        "no verdicts from node-1: its agent does not run: CrashLoopBackOff",
        "node-1: its verdicts come again",
      ]);
      expect(kubelets[0]!.asked.at(-1)!.get("sinceTime")).toBe("2026-01-01T00:00:02Z");
    });

    test("ends after as many records as were asked for", async () => {
      const { code, stdout } = await runCommand(
        logs,
        ...as("reader"),
        "--once",
        "--count",
        "2",
        "--node",
        "node-1",
      );
      expect([code, stdout.trim().split("\n").length]).toEqual([0, 2]);
    });

    test("needs its own role, and names it", async () => {
      const { code, stderr } = await runCommand(logs, ...as("nobody"), "--once");
      expect(code).toBe(2);
      expect(stderr).toContain("nobody may not list pods in namespace polc-system");
      expect(stderr).toContain(
        "kubectl create rolebinding polc-logs-nobody -n polc-system --role=polc-logs --user=nobody",
      );
      const planner = await runCommand(logs, ...as("planner"), "--once", "--node", "node-1");
      expect(planner.stderr).toContain("planner may not get pods/log in namespace polc-system");
      expect(planner.stderr).toContain("--role=polc-logs --user=planner");
    });
  });
});
