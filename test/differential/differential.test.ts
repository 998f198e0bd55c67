/**
 * Decisions of both tiers, by generated code and by tables, compiled with the host's cc, against the reference: random policies
 * and clusters, every subject and peer, every interval of ports that the policies can tell apart.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import { decideSide } from "../../src/analysis/semantics/decide.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { generateSet } from "../../src/codegen/generate.js";
import { policySets } from "../../src/codegen/policy_set.js";
import type { PolicySet } from "../../src/codegen/policy_set.js";
import { localRuleIds } from "../../src/codegen/rule_ids.js";
import { verdictOf } from "../../src/codegen/verdict_of.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile } from "../../src/source/source_file.js";
import type { WholeState } from "../../src/state/loader_state.js";
import { nodeState } from "../../src/state/node_state.js";
import { ADDRESSES, inventory, policies } from "../state/arbitrary_cluster.js";
import { bundleOf } from "../state/bundle_of.js";
import { PlayedLoader } from "../state/played_loader.js";

const DECISIONS = 10_000_000;
const SEED = Number(process.env["POLC_SEED"] ?? Date.now() % 1_000_000_007);
const directory = mkdtempSync(join(tmpdir(), "polc-differential-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** IPPROTO numbers; of those that policies do not know, a few stand for all. */
const PORTED = { TCP: 6, UDP: 17, SCTP: 132 } as const;
const OTHERS = [0, 1, 2, 5, 7, 16, 18, 47, 58, 131, 133, 255];

let compiled = 0;

function compile(text: string): string {
  const program = join(directory, `decision${compiled++}`);
  writeFileSync(`${program}.c`, text);
  cc(`${program}.c`, program);
  return program;
}

function cc(source: string, program: string): void {
  execFileSync("cc", ["-O1", "-w", "-Itest/differential/host", "-Ibpf-templates", "-o", program, source]);
}

/** The tables' decision is the same for all policies. */
const byTable = join(directory, "table");
beforeAll(() => cc("test/differential/host/table.c", byTable));

interface Peer {
  readonly ip: string;
  readonly endpoint: Endpoint;
}

function endpointOf(of: Inventory, pod: Pod, ip: string): Endpoint {
  return { kind: "pod", pod, namespace: of.namespaces.find(({ name }) => name === pod.namespace)!, ip };
}

function peersOf(of: Inventory): Peer[] {
  const pods = of.pods.filter(({ hostNetwork }) => !hostNetwork);
  return ADDRESSES.map((ip) => {
    const pod = pods.find(({ ips }) => ips.includes(ip));
    return { ip, endpoint: pod ? endpointOf(of, pod, ip) : { kind: "address", ip } };
  });
}

/** Where a verdict can change: the edges of all port ranges, and every number that a port name may mean. */
function portStarts(given: readonly Policy[], of: Inventory): number[] {
  const ranges = given.flatMap(({ rules }) => rules.flatMap((rule) => rule.ports ?? []));
  const edges = ranges.flatMap((port) => (port.kind === "range" ? [port.from, port.to + 1] : []));
  const named = of.pods.flatMap(({ ports }) => ports.flatMap(({ port }) => [port, port + 1]));
  return [...new Set([0, ...edges, ...named])].filter((port) => port <= 65535).sort((a, b) => a - b);
}

/** The reference's answers, as policy.bpf.c reads them. */
function expectations(
  given: readonly Policy[],
  ids: ReturnType<typeof localRuleIds>,
  subject: Endpoint,
  peers: readonly (Peer & { class: number })[],
  starts: readonly number[],
): Buffer {
  const records: number[] = [];
  for (const peer of peers)
    for (const [side, direction] of (["egress", "ingress"] as const).entries()) {
      const [from, to] = direction === "egress" ? [subject, peer.endpoint] : [peer.endpoint, subject];
      const add = (flow: Pick<Flow, "protocol" | "port">, first: number, last: number) => {
        const { rule, action, logged } = verdictOf(decideSide(given, direction, { from, to, ...flow }), ids);
        records.push(peer.class, side, first, last, rule, Number(action === "allow"), Number(logged));
      };
      for (const [protocol, number] of Object.entries(PORTED))
        for (const [i, port] of starts.entries()) {
          const key = number * 65536;
          add(
            { protocol: protocol as keyof typeof PORTED, port },
            key + port,
            key + (starts[i + 1] ?? 65536) - 1,
          );
        }
      for (const number of OTHERS) add({ protocol: "other", port: 0 }, number * 65536, number * 65536);
    }
  return Buffer.from(Uint32Array.from(records).buffer);
}

/** That a verdict is the same within an interval is itself checked against the reference, at random ports. */
function checkIntervals(
  given: readonly Policy[],
  subject: Endpoint,
  peers: readonly Peer[],
  starts: readonly number[],
  random: () => number,
): void {
  for (let i = 0; i < 20; i++) {
    const peer = peers[Math.floor(random() * peers.length)]!;
    const at = Math.floor(random() * starts.length);
    const last = (starts[at + 1] ?? 65536) - 1;
    const port = starts[at]! + Math.floor(random() * (last - starts[at]! + 1));
    const protocol = (["TCP", "UDP", "SCTP"] as const)[i % 3]!;
    const ask = (number: number) =>
      decideSide(given, "ingress", { from: peer.endpoint, to: subject, protocol, port: number });
    expect(ask(port)).toEqual(ask(starts[at]!));
  }
}

function section(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** What the decision of one subject reads, in each tier. */
function inputsOf(state: WholeState, subject: number): { code: Buffer[]; table: Buffer[] } {
  const program = state.programs.find(({ subjects }) => subjects.includes(subject))!;
  const decoded = (text: string) => Buffer.from(text, "base64");
  const rows = state.rows.filter((each) => each.subject === subject);
  expect([rows.length, rows[0]!.at, state.steps.length, state.steps[0]!.at]).toEqual([1, 0, 1, 0]);
  return {
    code: [decoded(program.subject), decoded(state.sets[program.set]!.peers)],
    table: [decoded(rows[0]!.values), decoded(state.steps[0]!.values)],
  };
}

function run(
  program: string,
  inputs: readonly Buffer[],
  cases: Buffer,
): { decisions: number; output: string } {
  const { stdout, status } = spawnSync(program, [String(SEED % 65536)], {
    input: Buffer.concat([...inputs.map(section), cases]),
    encoding: "utf8",
  });
  const found = /(\d+) decisions, (\d+) wrong/.exec(stdout);
  if (status !== 0 || !found) return { decisions: 0, output: `${program} ended with ${status}: ${stdout}` };
  return { decisions: Number(found[1]), output: "" };
}

/** Both tiers of one random bundle on one random cluster: the number of decisions compared. */
function compare(given: readonly Policy[], of: Inventory, random: () => number): number {
  const bundle: Bundle = bundleOf(given, "specialised");
  const sets = new Map(policySets(bundle.policies).map((set) => [set.name, set]));
  const local = of.pods.map((pod) => ({ pod, interface: pod.name }));
  const { state, profiles } = nodeState(bundle, of, { name: "node", ips: [] }, local, { generation: 1 });
  const starts = portStarts(given, of);
  const node = new PlayedLoader();
  node.apply(state);
  const peers = peersOf(of).map((peer) => ({ ...peer, class: node.bank.addressValue(peer.ip) }));
  let decisions = 0;
  for (const profile of profiles) {
    const set = sets.get(profile.set)!;
    const pod = of.pods.find(({ namespace, name }) => `${namespace}/${name}` === profile.pods[0])!;
    const subject = endpointOf(of, pod, pod.ips[0]!);
    const text = codeOf(set);
    const cases = expectations(bundle.policies, localRuleIds(set), subject, peers, starts);
    const inputs = inputsOf(state, state.pods.find(({ name }) => name === profile.pods[0])!.subject!);
    for (const { tier, program } of [
      { tier: "table", program: byTable },
      { tier: "code", program: compile(text) },
    ] as const) {
      const result = run(program, inputs[tier], cases);
      expect(result.output, `${tier}, seed ${SEED}:\n${text}\n${JSON.stringify(given)}`).toBe("");
      decisions += result.decisions;
    }
    checkIntervals(bundle.policies, subject, peers, starts, random);
  }
  return decisions;
}

function codeOf(set: PolicySet): string {
  const sources = { where: () => "policies.yaml:1" };
  return generateSet(set, { sources, file: `${set.name}.bpf.c`, form: "specialised" }).program!.code;
}

test(
  `ten million decisions of generated code are the reference's (seed ${SEED})`,
  { timeout: 600_000 },
  () => {
    let decisions = 0;
    let bundles = 0;
    const numbers = fc.sample(fc.double({ min: 0, max: 0.999999, noNaN: true }), {
      numRuns: 1000,
      seed: SEED,
    });
    let drawn = 0;
    const random = () => numbers[drawn++ % numbers.length]!;
    for (; decisions < DECISIONS; bundles++) {
      const [given] = fc.sample(policies, { numRuns: 1, seed: SEED + bundles });
      const [of] = fc.sample(inventory, { numRuns: 1, seed: SEED + bundles });
      decisions += compare(given!, of!, random);
    }
    process.stdout.write(`${decisions} decisions of ${bundles} random bundles, seed ${SEED}\n`);
    expect(decisions).toBeGreaterThanOrEqual(DECISIONS);
  },
);

test("rules with peers of unknown kinds fail closed in generated code as in the reference", () => {
  const numbers = fc.sample(fc.double({ min: 0, max: 0.999999, noNaN: true }), { numRuns: 100, seed: SEED });
  let drawn = 0;
  const random = () => numbers[drawn++ % numbers.length]!;
  const text = (tier: string, actions: readonly string[]) => `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${tier.toLowerCase()}}
spec:
  tier: ${tier}
  priority: 1
  subject: {namespaces: {}}
  egress:
${actions.map((action) => `  - {action: ${action}, to: [{namespaces: {}}, {nodes: {}}], protocols: [{tcp: {destinationPort: {number: 80}}}]}\n`).join("")}`;
  let decisions = 0;
  for (const [admin, denies] of [
    [["Accept"], false],
    [["Accept", "Deny"], true],
    [["Accept", "Pass", "Accept"], true],
  ] as const) {
    const { policies: given } = parseYamlFile(
      new SourceFile("policies.yaml", `${text("Admin", admin)}---${text("Baseline", ["Accept"])}`),
    );
    expect(given).toHaveLength(2);
    for (let seed = SEED; seed < SEED + 3; seed++) {
      const [of] = fc.sample(inventory, { numRuns: 1, seed });
      decisions += compare(given, of!, random);
      for (const pod of of!.pods.filter(({ hostNetwork, ips }) => !hostNetwork && ips.length > 0)) {
        const from = endpointOf(of!, pod, pod.ips[0]!);
        const flow = { from, to: { kind: "address", ip: "203.0.113.9" }, protocol: "UDP", port: 53 } as const;
        expect(decideSide(given, "egress", flow).verdict).toBe(denies ? "deny" : "allow");
      }
    }
  }
  expect(decisions).toBeGreaterThan(1000);
});

test("a changed constant in the generated code is found", () => {
  const span = { file: "", start: 0, end: 0 };
  const selector = { requirements: [], span };
  const subject = {
    kind: "pods" as const,
    namespaces: { kind: "name" as const, name: "a", span },
    pods: selector,
    span,
  };
  const rule = {
    direction: "ingress" as const,
    action: "allow" as const,
    subject,
    logged: false,
    span,
    ports: [{ kind: "range" as const, protocol: "TCP" as const, from: 80, to: 90, span }],
  };
  const policy: Policy = {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: "p",
    namespace: "a",
    subject,
    isolates: { ingress: true, egress: false },
    rules: [rule],
    logged: false,
    span,
  };
  const namespace = { name: "a", labels: { "kubernetes.io/metadata.name": "a" }, span };
  const pod: Pod = {
    namespace: "a",
    name: "x",
    labels: {},
    ports: [],
    ips: ["10.0.0.1"],
    hostNetwork: false,
    span,
  };
  const of: Inventory = { namespaces: [namespace], pods: [pod], nodes: [], services: [] };
  const bundle = bundleOf([policy], "specialised");
  const set = policySets(bundle.policies)[0]!;
  const local = [{ pod, interface: "x" }];
  const { state } = nodeState(bundle, of, { name: "node", ips: [] }, local, { generation: 1 });
  const peers = [{ ip: "192.0.2.1", endpoint: { kind: "address" as const, ip: "192.0.2.1" }, class: 0 }];
  const end = endpointOf(of, pod, "10.0.0.1");
  const cases = expectations([policy], localRuleIds(set), end, peers, portStarts([policy], of));
  const { code } = inputsOf(state, 0);
  const text = codeOf(set);
  expect(run(compile(text), code, cases).output).toBe("");
  const wrong = text.replace("80, 90", "80, 91");
  expect(wrong).not.toBe(text);
  expect(run(compile(wrong), code, cases).output).toMatch(/wrong: .* port 91: want rule 0 action 0/);
});
