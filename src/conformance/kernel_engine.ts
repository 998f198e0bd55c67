/**
 * Engine `kernel`: the compiled programs, test-run in this kernel. A pair connects if its opening packet passes the egress
 * program of the source and the ingress program of the destination; pods that no policy selects have no program.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundle } from "../bundle/bundle.js";
import type { Bundle } from "../bundle/bundle.js";
import { nodeState } from "../state/node_state.js";
import type { NodeState } from "../state/node_state.js";
import { addressesOfPair, NO_COMMON_FAMILY } from "./engine.js";
import type { Answer, Engine, EngineCase, Pair, Situation } from "./engine.js";
import { openingPacket } from "./packet.js";
import { TestRun } from "./test_run.js";

/** Test runs in flight: enough to keep the loader busy, not the whole matrix in memory. */
const BATCH = 1000;

export async function kernelEngine(): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), "polc-conformance-"));
  let steps = 0;
  const running: EngineCase = {
    step: (situation, pairs) => runStep(join(directory, `${++steps}`), situation, pairs),
    end: () => Promise.resolve(),
  };
  return {
    width: availableParallelism(),
    begin: () => Promise.resolve(running),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

async function runStep(directory: string, situation: Situation, pairs: readonly Pair[]): Promise<Answer[]> {
  const built = await buildBundle(situation.policies, situation.sources, directory);
  if (Array.isArray(built)) throw new Error(built[0]?.message ?? "the bundle was not built");
  const bundle = built as Bundle;
  const node = stateOf(bundle, situation);
  const path = join(directory, "state.json");
  await writeFile(path, JSON.stringify(node.state));
  const run = TestRun.start(path);
  try {
    const answers: Answer[] = [];
    for (let at = 0; at < pairs.length; at += BATCH) {
      const batch = pairs.slice(at, at + BATCH);
      answers.push(
        ...(await Promise.all(batch.map((pair, index) => connects(run, node, situation, pair, at + index)))),
      );
    }
    return answers;
  } finally {
    await run.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** All pods on one node, which has no address of its own. */
function stateOf(bundle: Bundle, { cluster }: Situation): NodeState {
  const pods = cluster.pods.map((pod, index) => ({ pod, interface: `pod${index + 1}` }));
  return nodeState(bundle, cluster, { name: "node", ips: [] }, pods, { epoch: 1 });
}

async function connects(
  run: TestRun,
  node: NodeState,
  { protocol, port }: Situation,
  pair: Pair,
  index: number,
): Promise<Answer> {
  const addresses = addressesOfPair(pair);
  if (!addresses) return NO_COMMON_FAMILY;
  // Its own source port: no connection of an earlier cell is known to the programs.
  const packet = openingPacket({ protocol, ...addresses, sourcePort: 1024 + (index % 60000), port });
  const sides = [
    { pod: pair.from, hook: "from_pod" },
    { pod: pair.to, hook: "to_pod" },
  ] as const;
  for (const { pod, hook } of sides) {
    const profile = node.podProfile.get(`${pod.namespace}/${pod.name}`);
    if (profile === undefined) continue;
    const { verdict } = await run.run({ program: profile - 1, hook, packet });
    if (verdict === "drop") return { verdict: "deny" };
  }
  return { verdict: "allow" };
}
