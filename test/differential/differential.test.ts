/**
 * The generated decisions, both forms, compiled with the host's cc, against the reference: random policies and clusters, every
 * subject and peer, every interval of ports that the policies can tell apart.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import { decideSide } from "../../src/analysis/semantics/decide.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { generateSet } from "../../src/codegen/generate.js";
import { policySets } from "../../src/codegen/policy_set.js";
import { ruleIds } from "../../src/codegen/rule_ids.js";
import { verdictOf } from "../../src/codegen/verdict_of.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile } from "../../src/source/source_file.js";
import type { LoaderProgram } from "../../src/state/loader_state.js";
import { nodeState } from "../../src/state/node_state.js";
import { ADDRESSES, inventory, policies } from "../state/arbitrary_cluster.js";
import { bundleOf } from "../state/bundle_of.js";
import { classOf } from "../state/decoded_state.js";

const DECISIONS = 10_000_000;
const SEED = Number(process.env["POLC_SEED"] ?? Date.now() % 1_000_000_007);
const FORMS = ["specialised", "table"] as const;
const directory = mkdtempSync(join(tmpdir(), "polc-differential-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** IPPROTO numbers; of those that policies do not know, a few stand for all. */
const PORTED = { TCP: 6, UDP: 17, SCTP: 132 } as const;
const OTHERS = [0, 1, 2, 5, 7, 16, 18, 47, 58, 131, 133, 255];

/** Compiled files by their text: many random sets have equal code in the table form. */
const compiled = new Map<string, string>();

function compile(text: string, form: (typeof FORMS)[number]): string {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const program = join(directory, `decision${compiled.size}`);
  writeFileSync(`${program}.c`, text);
  const flags = ["-O1", "-w", "-Itest/differential/host", "-Ibpf-templates"];
  const before = form === "specialised" ? ["-include", "test/differential/host/no_table.h"] : [];
  execFileSync("cc", [...flags, ...before, "-o", program, `${program}.c`]);
  compiled.set(text, program);
  return program;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "");
}

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
  ids: ReturnType<typeof ruleIds>,
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

function run(program: string, of: LoaderProgram, cases: Buffer): { decisions: number; output: string } {
  const parts = [of.subject, of.peers, of.table ?? ""].map((text) => section(Buffer.from(text, "base64")));
  const { stdout, status } = spawnSync(program, [String(SEED % 65536)], {
    input: Buffer.concat([...parts, cases]),
    encoding: "utf8",
  });
  const found = /(\d+) decisions, (\d+) wrong/.exec(stdout);
  if (status !== 0 || !found) return { decisions: 0, output: `${program} ended with ${status}: ${stdout}` };
  return { decisions: Number(found[1]), output: "" };
}

/** Both forms of one random bundle on one random cluster: the number of decisions compared. */
function compare(given: readonly Policy[], of: Inventory, random: () => number): number {
  let decisions = 0;
  for (const form of FORMS) {
    const bundle: Bundle = bundleOf(given, form);
    const ids = ruleIds(bundle.policies);
    const sets = new Map(policySets(bundle.policies).map((set) => [set.name, set]));
    const local = of.pods.map((pod) => ({ pod, interface: pod.name }));
    const { state, profiles } = nodeState(bundle, of, { name: "node", ips: [] }, local, { epoch: 1 });
    const starts = portStarts(given, of);
    const peers = peersOf(of).map((peer) => ({ ...peer, class: classOf(state, peer.ip) }));
    for (const [index, profile] of profiles.entries()) {
      const pod = of.pods.find(({ namespace, name }) => `${namespace}/${name}` === profile.pods[0])!;
      const subject = endpointOf(of, pod, pod.ips[0]!);
      const file = `${profile.set}.bpf.c`;
      const generated = generateSet(sets.get(profile.set)!, {
        ruleIds: ids,
        sources: { where: () => "policies.yaml:1" },
        file,
        form,
      });
      const cases = expectations(bundle.policies, ids, subject, peers, starts);
      const result = run(compile(withoutComments(generated.text), form), state.programs[index]!, cases);
      expect(result.output, `${form} form, seed ${SEED}:\n${generated.text}\n${JSON.stringify(given)}`).toBe(
        "",
      );
      if (form === "specialised") checkIntervals(bundle.policies, subject, peers, starts, random);
      decisions += result.decisions;
    }
  }
  return decisions;
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
  const ids = ruleIds(bundle.policies);
  const { state } = nodeState(bundle, of, { name: "node", ips: [] }, [{ pod, interface: "x" }], { epoch: 1 });
  const peers = [{ ip: "192.0.2.1", endpoint: { kind: "address" as const, ip: "192.0.2.1" }, class: 0 }];
  const cases = expectations([policy], ids, endpointOf(of, pod, "10.0.0.1"), peers, portStarts([policy], of));
  const { text } = generateSet(policySets(bundle.policies)[0]!, {
    ruleIds: ids,
    sources: { where: () => "p" },
    file: "a.bpf.c",
    form: "specialised",
  });
  expect(run(compile(text, "specialised"), state.programs[0]!, cases).output).toBe("");
  const wrong = text.replace("80, 90", "80, 91");
  expect(wrong).not.toBe(text);
  expect(run(compile(wrong, "specialised"), state.programs[0]!, cases).output).toMatch(
    /wrong: .* port 91: want rule 0 action 0/,
  );
});
