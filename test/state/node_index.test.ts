import { expect, test } from "vitest";
import type { Labels, Namespace, Pod } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type { NetworkPolicy, Peer, PodMatch, Policy, TierPolicy } from "../../src/ir/policy.js";
import { NO_SPAN as span } from "../../src/source/span.js";
import type { ClusterChange } from "../../src/state/index/changes.js";
import { NodeIndex } from "../../src/state/index/node_index.js";
import { NumberPool } from "../../src/state/index/rows/numbers.js";
import { setDigest } from "../../src/state/index/subjects/policy_store.js";
import { Runs } from "../../src/state/index/rows/runs.js";
import type { DeltaState } from "../../src/state/loader_state.js";
import { chooseSizes, ROWS_MAX } from "../../src/state/sizes.js";
import { policySets } from "../../src/codegen/policy_set.js";
import { PlayedLoader, words } from "./played_loader.js";

const SHOP: Namespace = { name: "shop", labels: { [NAMESPACE_NAME_LABEL]: "shop" }, span };

function pods(app: string): PodMatch {
  const requirements = [{ key: "app", operator: "In" as const, values: [app], span }];
  const namespaces = { kind: "name" as const, name: "shop", span };
  return { kind: "pods", namespaces, pods: { requirements, span }, span };
}

function block(text: string): Peer {
  return { kind: "block", cidr: { text, span }, except: [], span };
}

function ingress(name: string, app: string, peers: readonly Peer[]): NetworkPolicy {
  const subject = pods(app);
  return {
    ...{
      kind: "NetworkPolicy",
      tier: "networkpolicy",
      name,
      namespace: "shop",
      subject,
      logged: false,
      span,
    },
    isolates: { ingress: true, egress: false },
    rules: [{ direction: "ingress", action: "allow", subject, peers, logged: false, span }],
  };
}

function pod(name: string, labels: Labels, ip: string): Pod {
  return { namespace: "shop", name, labels, ports: [], ips: [ip], hostNetwork: false, span };
}

const DB = pod("db", { app: "db" }, "10.0.0.1");
const WEB = pod("web", { app: "web" }, "10.0.0.2");
const CACHE = pod("cache", { app: "cache" }, "10.0.0.3");

/** A node with the pods `db` and `cache`; `web` is elsewhere. */
function begun(policies: readonly Policy[], objects = new Map<string, { object: string; sha256: string }>()) {
  const index = new NodeIndex(
    { shell: { path: "shell.bpf.o", sha256: "" }, nodeIps: [], generation: 1, objects },
    {
      policies,
      namespaces: [SHOP],
      pods: [DB, WEB, CACHE],
      local: [
        { pod: DB, interface: "vdb" },
        { pod: CACHE, interface: "vcache" },
      ],
    },
  );
  const loader = new PlayedLoader();
  const whole = index.whole();
  loader.apply(whole);
  const change = (...changes: ClusterChange[]): DeltaState | undefined => {
    const state = index.update(changes);
    if (state) loader.apply(state);
    if (state?.kind === "whole") throw new Error("the maps grew");
    return state;
  };
  return { index, loader, whole, change };
}

const TCP_80 = (6 << 16) | 80;

test("a pod elsewhere that comes is one address, and writes nothing else", () => {
  const { change, loader } = begun([ingress("db", "db", [pods("web")])]);
  const state = change({ kind: "pod", pod: pod("web2", { app: "web" }, "10.0.0.9") })!;
  expect(Buffer.from(state.addresses4, "base64").subarray(0, 4)).toEqual(Buffer.from([10, 0, 0, 9]));
  expect(state).toMatchObject({ generation: 2, revokes: false, rows: [], steps: [], pods: [], subjects: "" });
  expect(loader.bank.outcome("vdb", "ingress", "10.0.0.9", TCP_80).allow).toBe(true);
});

test("what was allowed and is denied now is a revocation; what is allowed now is none", () => {
  const { change } = begun([ingress("db", "db", [pods("web")])]);
  const relabelled = (app: string) => change({ kind: "pod", pod: { ...WEB, labels: { app } } })!.revokes;
  expect(relabelled("other")).toBe(true);
  expect(relabelled("web")).toBe(false);
  expect(
    change({ kind: "policy", policy: ingress("db", "db", [pods("web"), block("10.0.0.0/8")]) })!.revokes,
  ).toBe(false);
  expect(
    change({ kind: "policy", policy: ingress("db", "db", [pods("web"), block("10.0.0.0/9")]) })!.revokes,
  ).toBe(true);
  expect(change({ kind: "pod-gone", pod: WEB })!.revokes).toBe(false);
  expect(change({ kind: "pod", pod: { ...WEB, ips: ["10.200.0.1"] } })!.revokes).toBe(false);
  expect(change({ kind: "pod-gone", pod: WEB })!.revokes).toBe(true);
  expect(change({ kind: "policy-gone", policy: ingress("db", "db", []) })!.revokes).toBe(false);
});

test("a pod here that becomes selected revokes; one that comes to be selected does not", () => {
  const { change } = begun([ingress("db", "db", [pods("web")])]);
  const labels = { app: "db" };
  expect(change({ kind: "pod", pod: { ...CACHE, labels } })).toMatchObject({ revokes: true, rows: [] });
  const third = pod("db3", labels, "10.0.0.7");
  const state = change({ kind: "local", pod: third, interface: "vdb3" })!;
  expect(state).toMatchObject({ revokes: false, rows: [] });
  expect(state.pods).toEqual([
    { name: "shop/db3", interface: "vdb3", subject: 0, addresses: ["10.0.0.7"], sources: [] },
  ]);
});

test("what changes nothing for the node is no change", () => {
  const policy = ingress("db", "db", [pods("web")]);
  const { change } = begun([policy]);
  const spans = { file: "other.yaml", start: 1, end: 2 };
  expect(change({ kind: "policy", policy: { ...policy, span: spans } })).toBeUndefined();
  expect(change({ kind: "policy", policy: ingress("front", "front", [pods("web")]) })).toBeUndefined();
  expect(
    change({ kind: "pod", pod: { ...WEB, labels: { app: "web", "pod-template-hash": "1" } } }),
  ).toBeUndefined();
  expect(change({ kind: "pod-gone", pod: WEB })!.generation).toBe(2);
});

test("a changed policy leaves the subjects that it does not select as they are: profile, rows and code", () => {
  const db = ingress("a-db", "db", [pods("web")]);
  const cache = ingress("b-cache", "cache", [pods("web")]);
  const [set] = policySets([db, cache]);
  const { change, loader, whole } = begun(
    [db, cache],
    new Map([[setDigest(set!), { object: "/bundle/shop.bpf.o", sha256: "ab" }]]),
  );
  expect([...words(whole.subjects)]).toEqual([0, 1, 1, 2]);
  expect(whole.programs.map(({ subjects }) => subjects)).toEqual([[0], [1]]);
  const subjectOf = (device: string) => loader.bank.pods.get(device)!.subject!;
  const twice = { ...db, rules: [...db.rules, { ...db.rules[0]!, logged: true }] };
  const state = change({ kind: "policy", policy: twice })!;
  expect([...words(state.subjects)]).toEqual([subjectOf("vdb"), 3]);
  expect(state.unspecialised).toEqual([subjectOf("vdb")]);
  expect([...loader.programs.keys()]).toEqual([subjectOf("vcache")]);
  expect(new Set(state.rows.map(({ subject }) => subject))).toEqual(new Set([subjectOf("vdb")]));
});

test("a subject gets its code when the object of its set is there, with the numbers that rules have in it", () => {
  const [db, cache] = [ingress("a-db", "db", [pods("web")]), ingress("b-cache", "cache", [pods("web")])];
  const { change, index, loader } = begun([cache]);
  const before = loader.bank.outcome("vcache", "ingress", "10.0.0.2", TCP_80);
  expect(before).toMatchObject({ rule: 1, profile: 1 });
  change({ kind: "policy", policy: db });
  expect(loader.bank.outcome("vcache", "ingress", "10.0.0.2", TCP_80)).toEqual(before);
  const digest = setDigest(policySets([db, cache])[0]!);
  const state = index.setObjects(new Map([[digest, { object: "shop.bpf.o", sha256: "ab" }]])) as DeltaState;
  loader.apply(state);
  expect(state.sets.map(({ object, sha256 }) => [object, sha256])).toEqual([["shop.bpf.o", "ab"]]);
  expect(state).toMatchObject({ revokes: false, unspecialised: [] });
  expect(loader.programs.size).toBe(2);
  const after = loader.bank.outcome("vcache", "ingress", "10.0.0.2", TCP_80);
  expect(after).toMatchObject({ allow: true, rule: 2 });
  expect(after.profile).toBeGreaterThan(before.profile);
});

test("the first policy of a namespace gives all its pods the namespace's own set, the last one's end takes it", () => {
  const guard: TierPolicy = {
    ...{ kind: "AdminTier", tier: "admin", name: "guard", priority: 1, logged: false, span },
    rules: [{ direction: "ingress", action: "deny", subject: pods("cache"), logged: false, span }],
  };
  const { change, index } = begun([guard]);
  const sets = () => [...index.meanings()].map(({ set, pods: own }) => [set, ...own]);
  expect(sets()).toEqual([["cluster", "shop/cache"]]);
  change({ kind: "policy", policy: ingress("db", "db", []) });
  expect(sets()).toEqual([
    ["shop", "shop/cache"],
    ["shop", "shop/db"],
  ]);
  change({ kind: "policy-gone", policy: ingress("db", "db", []) });
  expect(sets()).toEqual([["cluster", "shop/cache"]]);
});

test("a class number that is given again has no rows of what it stood for, where both sides are denied too", () => {
  const db = { ...ingress("db", "db", [pods("web")]), isolates: { ingress: true, egress: true } };
  const { change, loader } = begun([db, ingress("cache", "cache", [pods("front")])]);
  const classOf = (ip: string) => loader.bank.addressValue(ip);
  const given = classOf("10.0.0.2");
  expect(loader.bank.outcome("vdb", "ingress", "10.0.0.2", TCP_80).allow).toBe(true);
  change({ kind: "pod-gone", pod: WEB });
  for (const ip of ["10.0.1.1", "10.0.1.2"]) change({ kind: "pod", pod: pod(`other-${ip.at(-1)}`, {}, ip) });
  change({ kind: "pod", pod: pod("front", { app: "front" }, "10.0.0.9") });
  expect(classOf("10.0.0.9")).toBe(given);
  expect(loader.bank.outcome("vdb", "ingress", "10.0.0.9", TCP_80)).toMatchObject({ allow: false, rule: 0 });
  expect(loader.bank.outcome("vcache", "ingress", "10.0.0.9", TCP_80).allow).toBe(true);
});

test("maps that became too small make a whole state with larger ones", () => {
  const { index, loader, whole } = begun([ingress("db", "db", [pods("web")])]);
  const many = Array.from({ length: whole.sizes.addresses + 1 }, (_, i): ClusterChange => {
    return { kind: "pod", pod: pod(`w${i}`, { app: "web" }, `10.1.${i >> 8}.${i & 255}`) };
  });
  const state = index.update(many)!;
  expect(state.kind).toBe("whole");
  loader.apply(state);
  expect(state.kind === "whole" && state.sizes.addresses).toBeGreaterThan(2 * whole.sizes.addresses);
  expect(loader.bank.outcome("vdb", "ingress", "10.1.16.0", TCP_80).allow).toBe(true);
});

test("a number that is free again stands for nothing else in the next two generations", () => {
  const pool = new NumberPool();
  expect([pool.take(1), pool.take(1)]).toEqual([0, 1]);
  pool.release(0, 5);
  expect([pool.take(6), pool.take(7), pool.take(8)]).toEqual([2, 3, 0]);
});

test("a run that nothing uses keeps its place for two generations, and then its place is given again", () => {
  const runs = new Runs();
  runs.limit = 3;
  const step = (rule: number) => [{ key: 0, rule, allow: true, logged: false }];
  const first = runs.intern(step(1), 1);
  runs.use(first.word);
  const second = runs.intern(step(2), 1);
  runs.use(second.word);
  runs.drop(first.word, 5);
  expect(runs.intern(step(1), 6)).toBe(first);
  expect(runs.intern(step(3), 8).start).toBeGreaterThanOrEqual(3);
  expect(first.gone).toBe(false);
  expect(runs.intern(step(4), 9).start).toBe(first.start);
  expect([first.gone, second.gone]).toEqual([true, false]);
});

test("rows take at most 64 MiB; room is given up for it, first that of classes, but nothing that is needed", () => {
  const needs = { subjects: 60, classes: 300, steps: 90, blocks: 16, addresses: 10_000 };
  expect(chooseSizes(needs, {})).toMatchObject({
    ...{ subjects: 256, classes: 1024, steps: 8192, blocks: 256, addresses: 20_000 },
    ...{ established: 262_144, half_open: 65_536 },
  });
  const large = chooseSizes({ ...needs, subjects: 250, classes: 6000 }, {});
  expect(large).toMatchObject({ subjects: 500, classes: 8388 });
  expect(large.subjects * large.classes).toBeLessThanOrEqual(ROWS_MAX);
  expect(chooseSizes({ ...needs, subjects: 250, classes: 20_000 }, {})).toMatchObject({
    ...{ subjects: 250, classes: 20_000 },
  });
});
