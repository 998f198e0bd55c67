/**
 * Engine `kernel`: tables and compiled programs, test-run in this kernel. A pair connects if its opening packet passes the
 * egress policy of the source and the ingress policy of the destination. Both tiers are asked, and have to agree.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { buildBundle } from "../bundle/build_bundle.js";
import { objectCacheDir } from "../bundle/object_cache.js";
import type { Bundle } from "../bundle/bundle.js";
import { nodeState } from "../state/node_state.js";
import type { NodeState } from "../state/node_state.js";
import { NO_COMMON_FAMILY, addressesOfPair, meaningOf } from "./engine.js";
import type { Answer, Engine, EngineCase, Pair, Situation } from "./engine.js";
import type { Tier } from "../node/loader_status.js";
import { podKey } from "../state/profiles.js";
import { openingPacket } from "../verify/packet.js";
import { TestRun } from "../verify/test_run.js";

/** Test runs in flight: enough to keep the loader busy, not the whole matrix in memory. */
const BATCH = 1000;

export async function kernelEngine(): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), "polc-conformance-"));
  return {
    width: availableParallelism(),
    begin: () => Promise.resolve(new KernelCase(directory)),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The programs of one snapshot, loaded. */
interface Loaded {
  readonly key: string;
  /** By pod, the number of its subject and the tiers that it has. */
  readonly judges: ReadonlyMap<string, { readonly subject: number; readonly tiers: readonly Tier[] }>;
  readonly run: TestRun;
}

class KernelCase implements EngineCase {
  private loaded: Loaded | undefined;
  /** Its own source port for each attempt: the programs know no connection of an earlier one. */
  private attempts = 0;
  constructor(private readonly directory: string) {}

  async step(situation: Situation, pairs: readonly Pair[]): Promise<readonly Answer[]> {
    const loaded = await this.load(situation);
    const answers: Answer[] = [];
    for (let at = 0; at < pairs.length; at += BATCH) {
      const batch = pairs.slice(at, at + BATCH);
      answers.push(...(await Promise.all(batch.map((pair) => this.connects(loaded, situation, pair)))));
    }
    return answers;
  }

  async end(): Promise<void> {
    await this.loaded?.run.stop();
    this.loaded = undefined;
  }

  /** Steps that only probe another port go on with the programs that are there. */
  private async load(situation: Situation): Promise<Loaded> {
    const key = `${meaningOf(situation.policies)} ${meaningOf(situation.cluster)}`;
    if (this.loaded?.key === key) return this.loaded;
    await this.end();
    const directory = await mkdtemp(join(this.directory, "step-"));
    const { policies, sources } = situation;
    const built = await buildBundle(policies, sources, join(directory, "bundle"), {
      cacheDir: objectCacheDir(),
    });
    if (Array.isArray(built)) throw new Error(built[0]?.message ?? "the bundle was not built");
    const node = stateOf(built as Bundle, situation);
    const path = join(directory, "state.json");
    await writeFile(path, JSON.stringify(node.state));
    return (this.loaded = { key, judges: judgesOf(node), run: TestRun.start(path) });
  }

  private async connects(
    { judges, run }: Loaded,
    { protocol, port }: Situation,
    pair: Pair,
  ): Promise<Answer> {
    const addresses = addressesOfPair(pair);
    if (!addresses) return NO_COMMON_FAMILY;
    const opening = () =>
      openingPacket({ protocol, ...addresses, sourcePort: 1024 + (this.attempts++ % 64000), port });
    const sides = [
      { pod: pair.from, hook: "from_pod" },
      { pod: pair.to, hook: "to_pod" },
    ] as const;
    for (const { pod, hook } of sides) {
      const judge = judges.get(podKey(pod));
      if (!judge) continue;
      const { subject, tiers } = judge;
      const verdicts = await Promise.all(
        tiers.map(async (tier) => (await run.run({ subject, tier, hook, packet: opening() })).verdict),
      );
      if (new Set(verdicts).size > 1)
        throw new Error(`${hook} of ${podKey(pod)}: ${tiers.join(" and ")} say ${verdicts.join(" and ")}`);
      if (verdicts.includes("drop")) return { verdict: "deny" };
    }
    return { verdict: "allow" };
  }
}

function judgesOf({ state }: NodeState): Loaded["judges"] {
  const compiled = new Set(state.programs.flatMap(({ subjects }) => subjects));
  return new Map(
    state.pods.flatMap(({ name, subject }) => {
      if (subject === null) return [];
      const tiers: Tier[] = compiled.has(subject) ? ["table", "specialised"] : ["table"];
      return [[name, { subject, tiers }] as const];
    }),
  );
}

/** All pods on one node, which has no address of its own. */
function stateOf(bundle: Bundle, { cluster }: Situation): NodeState {
  const pods = cluster.pods.map((pod, index) => ({ pod, interface: `pod${index + 1}` }));
  return nodeState(bundle, cluster, { name: "node", ips: [] }, pods, { generation: 1 });
}
