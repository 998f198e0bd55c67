/**
 * Every pod asks every other, by IPv6 and by IPv4, and what is answered must be what the reference decides. The Kubernetes
 * project's suites probe the first family of a cluster alone, which is IPv4 here.
 */
import { decide } from "../../src/analysis/semantics/decide.js";
import type { Policy, Protocol } from "../../src/ir/policy.js";
import { readPolicy } from "../../src/agent/objects/read.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import type { Tally } from "../systems/tally.js";
import { Cluster } from "./cluster.js";
import type { Known } from "./known.js";
import { knownTo } from "./known.js";
import type { RunningPod } from "./pods.js";
import { InPod, runPods, sleep, until } from "./pods.js";
import { policiesBetween } from "./ipv6_policies.js";

const NAMESPACES = [
  { name: "red", labels: { team: "red" } },
  { name: "blue", labels: { team: "blue" } },
];
const PORTS = [{ port: 80, name: "http" }, { port: 81 }];
const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP"];

interface Cell {
  readonly from: RunningPod;
  readonly to: RunningPod;
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export async function ipv6(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: 3, proxy: "none" });
  const probes: InPod[] = [];
  try {
    await cluster.startAgents();
    for (const { name, labels } of NAMESPACES) cluster.makeNamespace(name, labels);
    const wanted = NAMESPACES.flatMap(({ name: namespace }) =>
      ["web", "db", "cache"].map((name, i) => {
        return { namespace, name, node: `node${i + 1}`, labels: { app: name }, ports: PORTS };
      }),
    );
    const pods = runPods(cluster, wanted);
    for (const pod of pods) probes.push(await InPod.start(pod.ips[0]!, "attempts.cjs"));
    const known = knownTo(cluster);
    const focus = new RegExp(process.env.POLC_FOCUS ?? "");
    for (const { name, policies } of policiesBetween(pods).filter((each) => focus.test(each.name)))
      await tryPolicies(cluster, tally, { name, policies, pods, probes, known });
  } finally {
    for (const probe of probes) probe.end();
    await cluster.down();
  }
}

interface Trial {
  readonly name: string;
  readonly policies: readonly KubeObject[];
  readonly pods: readonly RunningPod[];
  readonly probes: readonly InPod[];
  readonly known: Known;
}

async function tryPolicies(cluster: Cluster, tally: Tally, trial: Trial): Promise<void> {
  const { name, policies, pods, probes, known } = trial;
  for (const { name: namespace } of NAMESPACES)
    cluster.kubectl("delete", "networkpolicy", "-n", namespace, "--all", "--wait=true");
  if (policies.length > 0) cluster.apply(...policies);
  await until("that many policies in force", () => everyNodeHas(cluster, policies.length));
  await sleep(500);
  const read = policies.map((object) => readPolicy(object, () => []).policy);
  const wrong: string[] = [];
  const counts = { allow: 0, deny: 0 };
  let again = 0;
  await Promise.all(
    pods.map(async (from, i) => {
      const cells = cellsFrom(from, pods);
      const verdicts = cells.map((cell) => expected(read, known, cell));
      const answers = await probes[i]!.ask<boolean[]>(cells);
      const lost = cells.filter((_, j) => verdicts[j] === "allow" && !answers[j]);
      again += lost.length;
      const answeredThen = new Set(await askAgain(probes[i]!, lost));
      for (const [j, cell] of cells.entries()) {
        const verdict = verdicts[j]!;
        counts[verdict]++;
        const answered = answers[j]! || answeredThen.has(cell);
        if (answered !== (verdict === "allow")) wrong.push(`${cellText(cell)} should be ${verdict}`);
      }
    }),
  );
  const all = `${counts.allow} allowed, ${counts.deny} denied, ${again} asked again`;
  tally.report(
    `all pods by all: ${name}`,
    wrong.length > 0 ? "failed" : "passed",
    wrong.length > 0 ? `${wrong.length} of ${all}: ${wrong.slice(0, 3).join("; ")}` : all,
  );
}

/** A busy machine may lose an answer; what is denied is asked once, and never answered. Those that are answered now. */
async function askAgain(probe: InPod, lost: readonly Cell[]): Promise<Cell[]> {
  const answered: Cell[] = [];
  let left = lost;
  for (let i = 0; i < 3 && left.length > 0; i++) {
    const answers = await probe.ask<boolean[]>(left);
    answered.push(...left.filter((_, j) => answers[j]));
    left = left.filter((_, j) => !answers[j]);
  }
  return answered;
}

function cellsFrom(from: RunningPod, pods: readonly RunningPod[]): Cell[] {
  return pods
    .filter((to) => to !== from)
    .flatMap((to) =>
      to.ips.flatMap((host) =>
        PORTS.flatMap(({ port }) => PROTOCOLS.map((protocol) => ({ from, to, host, port, protocol }))),
      ),
    );
}

function expected(policies: readonly Policy[], known: Known, cell: Cell): "allow" | "deny" {
  const { from, to, host, port, protocol } = cell;
  const family = host.includes(":") ? 6 : 4;
  return decide(policies, { from: known.end(from, family), to: known.end(to, family), protocol, port })
    .verdict;
}

function everyNodeHas(cluster: Cluster, policies: number): boolean {
  const line = new RegExp(`^polc_policies ${policies}$`, "m");
  return cluster.nodes.every((node) => line.test(cluster.ask(node, "metrics")));
}

function cellText({ from, to, host, port, protocol }: Cell): string {
  const pod = ({ namespace, name }: RunningPod) => `${namespace}/${name}`;
  return `${pod(from)} -> ${pod(to)} [${host}]:${port}/${protocol}`;
}
