/** How long the index takes for a change of the benchmark's cluster: `node dist/bench/node/index_times.js`. */
import { performance } from "node:perf_hooks";
import type { Pod } from "../../src/ir/inventory.js";
import type { NetworkPolicy, Policy } from "../../src/ir/policy.js";
import type { ClusterChange } from "../../src/state/index/changes.js";
import { NodeIndex } from "../../src/state/index/node_index.js";
import type { FirstState } from "../../src/state/index/node_index.js";
import type { LoaderState } from "../../src/state/loader_state.js";
import { addressOf, NODE_IP, NODE_NAME, NODE_SIZE } from "./cluster.js";
import { changed, firstState, reselected } from "./inputs.js";

const RUNS = 200;

function indexOf(first: FirstState): NodeIndex {
  return new NodeIndex(
    { shell: { path: "shell.bpf.o", sha256: "" }, nodeIps: [NODE_IP], generation: 1 },
    first,
  );
}

function* times(
  index: NodeIndex,
  changesOf: (run: number) => readonly ClusterChange[],
): Iterable<{ ms: number; state: LoaderState | undefined }> {
  for (let run = 0; run < RUNS; run++) {
    const changes = changesOf(run);
    const before = performance.now();
    const state = index.update(changes);
    yield { ms: performance.now() - before, state };
  }
}

function report(name: string, taken: Iterable<{ ms: number; state: LoaderState | undefined }>): void {
  const all = [...taken];
  const sorted = all.map(({ ms }) => ms).sort((a, b) => a - b);
  const bytes = all.map(({ state }) => (state ? JSON.stringify(state).length : 0)).sort((a, b) => a - b);
  const whole = all.filter(({ state }) => state?.kind === "whole").length;
  const revokes = all.filter(({ state }) => state?.revokes).length;
  const at = (of: readonly number[], part: number) =>
    of[Math.min(of.length - 1, Math.floor(part * of.length))]!;
  process.stdout.write(
    `${name.padEnd(34)} median ${at(sorted, 0.5).toFixed(3)} ms  p99 ${at(sorted, 0.99).toFixed(3)} ms  ` +
      `median ${at(bytes, 0.5)} bytes  ${revokes} revoke  ${whole} whole\n`,
  );
}

const began = performance.now();
const first = firstState();
process.stdout.write(
  `${first.pods.length} pods, ${first.policies.length} policies, ${first.local.length} here; read in ${(performance.now() - began).toFixed(0)} ms\n`,
);
for (let run = 0; run < 3; run++) {
  const before = performance.now();
  const index = indexOf(first);
  const made = performance.now();
  const state = index.whole();
  const done = performance.now();
  const subjects = new Set(state.pods.map(({ subject }) => subject)).size;
  process.stdout.write(
    `whole: index ${(made - before).toFixed(0)} ms, state ${(done - made).toFixed(0)} ms, ${JSON.stringify(state).length} bytes, ` +
      `${subjects} subjects, sizes ${JSON.stringify(state.sizes)}\n`,
  );
  if (subjects !== NODE_SIZE.subjects) throw new Error(`${subjects} subjects`);
}
const index = indexOf(first);
index.whole();
const here = (run: number) => first.local[run % first.local.length]!;
const elsewhere = first.pods.filter(({ node }) => node !== NODE_NAME);
const other = (run: number): Pod => elsewhere[(run * 37) % elsewhere.length]!;
const ofNode = new Set(first.local.map(({ pod }) => pod.namespace));
const concerning = first.policies.filter(
  (policy): policy is NetworkPolicy => policy.tier === "networkpolicy" && ofNode.has(policy.namespace),
);
const tiers = first.policies.filter((policy) => policy.tier !== "networkpolicy");
const any = (run: number): Policy => first.policies[(run * 13) % first.policies.length]!;
const newPod = (run: number): Pod => ({ ...other(run), name: `new-${run}`, ips: [addressOf(60_000 + run)] });

report(
  "any policy changed",
  times(index, (run) => {
    const policy = any(run);
    return [{ kind: "policy", policy: policy.tier === "networkpolicy" ? changed(policy, run) : policy }];
  }),
);
report(
  "policy of the node: port",
  times(index, (run) => [
    { kind: "policy", policy: changed(concerning[run % concerning.length]!, run + 1000) },
  ]),
);
report(
  "policy of the node: peers",
  times(index, (run) => [{ kind: "policy", policy: reselected(concerning[run % concerning.length]!, run) }]),
);
report(
  "policy of the node: gone, back",
  times(index, (run) => {
    const policy = concerning[(run >> 1) % concerning.length]!;
    return [run % 2 ? { kind: "policy", policy } : { kind: "policy-gone", policy }];
  }),
);
report(
  "tier: changed",
  times(index, (run) => {
    const policy = tiers[run % tiers.length]!;
    const rules = policy.rules.map((rule) => ({ ...rule, logged: run % 20 < 10 }));
    return [{ kind: "policy", policy: { ...policy, rules } as Policy }];
  }),
);
report(
  "tier: gone, back",
  times(index, (run) => {
    const policy = tiers[(run >> 1) % tiers.length]!;
    const { kind, name } = { kind: policy.writtenAs ?? policy.kind, name: policy.name };
    return [run % 2 ? { kind: "policy", policy } : { kind: "policy-gone", policy: { kind, name } }];
  }),
);
report(
  "pod elsewhere: comes",
  times(index, (run) => [{ kind: "pod", pod: newPod(run) }]),
);
report(
  "pod elsewhere: other labels",
  times(index, (run) => [
    {
      kind: "pod",
      pod: { ...newPod(run), labels: { ...newPod(run).labels, app: other(run + 1).labels["app"]! } },
    },
  ]),
);
report(
  "pod elsewhere: goes",
  times(index, (run) => [{ kind: "pod-gone", pod: newPod(run) }]),
);
report(
  "200 pods elsewhere at once",
  times(index, (run) =>
    Array.from({ length: 200 }, (_, i): ClusterChange => ({ kind: "pod", pod: newPod(200 * (run % 5) + i) })),
  ),
);
report(
  "pod here: goes, comes",
  times(index, (run) => {
    const { pod, interface: device } = here(run >> 1);
    return run % 2
      ? [
          { kind: "pod", pod },
          { kind: "local", pod, interface: device },
        ]
      : [
          { kind: "local-gone", interface: device },
          { kind: "pod-gone", pod },
        ];
  }),
);
report(
  "pod here: other labels, and back",
  times(index, (run) => {
    const { pod } = here(run >> 1);
    return [{ kind: "pod", pod: run % 2 ? pod : { ...pod, labels: { ...pod.labels, app: "db" } } }];
  }),
);
report(
  "namespace: other label, and back",
  times(index, (run) => {
    const namespace = first.namespaces[1 + ((run >> 1) % (first.namespaces.length - 1))]!;
    const labels = run % 2 ? namespace.labels : { ...namespace.labels, team: "t5" };
    return [{ kind: "namespace", namespace: { ...namespace, labels } }];
  }),
);
