import fc from "fast-check";
import { expect, test } from "vitest";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import { decideSide } from "../../src/analysis/semantics/decide.js";
import { impliedNamespace } from "../../src/analysis/semantics/select.js";
import type { Layout } from "../../src/codegen/layout.js";
import { layoutOf } from "../../src/codegen/layout.js";
import type { PolicySet } from "../../src/codegen/policy_set.js";
import { bundleOrder, policySets } from "../../src/codegen/policy_set.js";
import { ruleIds } from "../../src/codegen/rule_ids.js";
import { verdictOf } from "../../src/codegen/verdict_of.js";
import type { Pod } from "../../src/ir/inventory.js";
import type { Policy, Rule } from "../../src/ir/policy.js";
import { NodeIndex } from "../../src/state/index/node_index.js";
import { setDigest } from "../../src/state/index/subjects/policy_store.js";
import type { SetObject } from "../../src/state/index/subjects/programs.js";
import { nodeState } from "../../src/state/node_state.js";
import { ADDRESSES } from "./arbitrary_cluster.js";
import { bundleOf } from "./bundle_of.js";
import { InterpretedSet } from "./interpreted_set.js";
import { batches, firstState, PlainCluster } from "./index_changes.js";
import { PlayedLoader } from "./played_loader.js";
import { expectSame } from "./same_outcome.js";

const NODE = { name: "node", ips: ["192.0.2.1", "2001:db8::1"] };
/** Too small for most clusters: the maps grow on the way. */
const SIZES = { subjects: 2, classes: 8, steps: 64, blocks: 4, addresses: 4 };

const OPTIONS = {
  shell: { path: "shell.bpf.o", sha256: "" },
  nodeIps: NODE.ips,
  generation: 1,
  sizes: SIZES,
};

const POINTS = [
  ...[0, 1, 133].map((proto) => ({ proto, port: 0 })),
  ...[0, 1, 2, 3, 80, 65535].map((port) => ({ proto: 6, port })),
  ...[1, 2, 65535].map((port) => ({ proto: 17, port })),
];
const SIDES = ["egress", "ingress"] as const;

function flowOf(from: Endpoint, to: Endpoint, proto: number, port: number): Flow {
  const protocol = ({ 6: "TCP", 17: "UDP", 132: "SCTP" } as const)[proto as 6];
  return protocol ? { from, to, protocol, port } : { from, to, protocol: "other", port: 0 };
}

/** What a rule is in every cluster: its policy's name and its place there. */
function nameOf(policies: readonly Policy[], rule: Rule): string {
  const policy = policies.find(({ rules }) => rules.includes(rule))!;
  return `${policy.kind}/${policy.name}[${policy.rules.indexOf(rule)}]`;
}

/** The verdict on every point, as the reference has it, and as tables that begin with this cluster have it. */
function* expected(plain: PlainCluster) {
  const bundle = bundleOf(plain.allPolicies, "table");
  const fresh = new PlayedLoader();
  const node = nodeState(bundle, plain.inventory, NODE, plain.localPods, {
    generation: 7,
    sizes: { subjects: 16, classes: 64, steps: 2048 },
  });
  fresh.apply(node.state);
  const rules = bundle.policies.flatMap((policy) => policy.rules);
  const ids = ruleIds(bundle.policies);
  const endpoint = (pod: Pod, ip?: string): Endpoint => {
    const namespace =
      plain.inventory.namespaces.find(({ name }) => name === pod.namespace) ??
      impliedNamespace(pod.namespace);
    return { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) };
  };
  for (const { pod, interface: device } of plain.localPods)
    for (const ip of [...ADDRESSES, ...NODE.ips]) {
      const holder = node.podByAddress.get(ip);
      const ownNode = NODE.ips.includes(ip);
      for (const side of SIDES) {
        const other: Endpoint = holder
          ? endpoint(holder, ip)
          : { kind: "address", ip, ownNode: ownNode && side === "egress" };
        for (const { proto, port } of POINTS) {
          const [from, to] = side === "egress" ? [endpoint(pod), other] : [other, endpoint(pod)];
          const { rule, action, logged } = verdictOf(
            decideSide(bundle.policies, side, flowOf(from, to, proto, port)),
            ids,
          );
          const outcome = {
            allow: action === "allow",
            logged,
            rule: rule === 0 ? "" : nameOf(bundle.policies, rules[rule - 1]!),
          };
          const key = (proto << 16) | port;
          const begun = fresh.bank.outcome(device, side, ip, key);
          const profile = node.profiles.find(({ number }) => number === begun.profile);
          const named =
            begun.rule === 0 ? "" : nameOf(bundle.policies, rules[profile!.rules[begun.rule - 1]!]!);
          expectSame(
            { allow: begun.allow, logged: begun.logged, rule: named },
            outcome,
            () => `fresh ${device} ${ip} ${key}`,
          );
          yield { device, side, ip, key, outcome };
        }
      }
    }
}

type Verdicts = Map<string, boolean>;

/** Compares both banks with what is expected, and tells what is allowed. */
function check(index: NodeIndex, loader: PlayedLoader, plain: PlainCluster): Verdicts {
  const meanings = new Map([...index.meanings()].map((meaning) => [meaning.number, meaning]));
  const verdicts: Verdicts = new Map();
  for (const { device, side, ip, key, outcome } of expected(plain)) {
    for (const bank of [loader.bank, loader.other]) {
      const got = bank.outcome(device, side, ip, key);
      const meaning = meanings.get(got.profile);
      const rule =
        got.rule === 0 ? "" : nameOf(plain.allPolicies, sameRule(plain, meaning!.rules[got.rule - 1]!));
      expectSame(
        { allow: got.allow, logged: got.logged, rule },
        outcome,
        () => `${device} ${side} ${ip} ${key}`,
      );
    }
    verdicts.set(`${device} ${side} ${ip} ${key}`, outcome.allow);
  }
  return verdicts;
}

/** A policy that was given again, unchanged, is the one of before to the index. */
function sameRule(plain: PlainCluster, rule: Rule): Rule {
  const all = plain.allPolicies.flatMap(({ rules }) => rules);
  return (
    all.find((each) => each === rule) ?? all.find((each) => JSON.stringify(each) === JSON.stringify(rule))!
  );
}

/** Pods that had their interface before and have it now. */
function stayed(before: PlainCluster["localPods"], after: PlainCluster["localPods"]): string[] {
  const name = ({ namespace, name: of }: Pod) => `${namespace}/${of}`;
  return after
    .filter(({ pod, interface: device }) =>
      before.some((each) => each.interface === device && name(each.pod) === name(pod)),
    )
    .map(({ interface: device }) => device);
}

test("after any changes the tables say what a fresh state and the reference say, and what is revoked is told", () => {
  fc.assert(
    fc.property(firstState, batches, (first, changes) => {
      const plain = new PlainCluster(first);
      const index = new NodeIndex(OPTIONS, first);
      const loader = new PlayedLoader();
      loader.apply(index.whole());
      let verdicts = check(index, loader, plain);
      for (const batch of changes) {
        const before = plain.localPods;
        for (const change of batch) plain.apply(change);
        const state = index.update(batch);
        if (state) loader.apply(state);
        const now = check(index, loader, plain);
        const revoked = stayed(before, plain.localPods).some((device) =>
          [...now].some(([at, allow]) => at.startsWith(`${device} `) && !allow && verdicts.get(at) === true),
        );
        if (revoked) expect(state!.revokes).toBe(true);
        verdicts = now;
      }
    }),
    { numRuns: 100 },
  );
});

interface Compiled {
  readonly set: PolicySet;
  readonly layout: Layout;
}

/** Specialised code of every subject that has some must answer as the subject's rows do, rule and all. */
function checkPrograms(loader: PlayedLoader, compiled: ReadonlyMap<string, Compiled>): number {
  let checked = 0;
  for (const [device, { subject }] of loader.bank.pods) {
    const program = subject === null ? undefined : loader.programs.get(subject);
    if (!program) continue;
    const { set, layout } = compiled.get(program.set.split(".").at(-1)!)!;
    for (const ip of ADDRESSES) {
      const peer = loader.peer(subject!, ip, InterpretedSet.peerSize(layout));
      const code = new InterpretedSet(set, layout, program.subject, peer);
      for (const side of SIDES)
        for (const { proto, port } of POINTS) {
          const row = loader.bank.outcome(device, side, ip, (proto << 16) | port);
          expectSame(code.outcome(side, proto, port), row, () => `${device} ${side} ${ip}`);
          checked++;
        }
    }
  }
  return checked;
}

test("specialised code answers as the rows do, whenever its objects come, and is given up where it would not", () => {
  let checked = 0;
  fc.assert(
    fc.property(firstState, batches, fc.infiniteStream(fc.boolean()), (first, changes, comes) => {
      const compiled = new Map<string, Compiled>();
      const objects = new Map<string, SetObject>();
      const plain = new PlainCluster(first);
      const compile = () => {
        for (const set of policySets(bundleOrder(plain.allPolicies))) {
          const digest = setDigest(set);
          compiled.set(digest.slice(0, 8), { set, layout: layoutOf(set) });
          objects.set(digest, { object: `${digest}.o`, sha256: digest });
        }
      };
      compile();
      const index = new NodeIndex({ ...OPTIONS, objects: new Map(objects) }, first);
      const loader = new PlayedLoader();
      loader.apply(index.whole());
      checked += checkPrograms(loader, compiled);
      for (const batch of changes) {
        for (const change of batch) plain.apply(change);
        const states = [index.update(batch)];
        if (comes.next().value) {
          compile();
          states.push(index.setObjects(new Map(objects)));
        }
        for (const state of states) {
          if (state) loader.apply(state);
          checked += checkPrograms(loader, compiled);
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(checked).toBeGreaterThan(10_000);
});
