/**
 * Engine `lab`: real packets between network namespaces. Policies and labels change step by step while the programs run;
 * cases with the same pods share a lab, one after the other.
 */
import type { Inventory } from "../ir/inventory.js";
import { Lab, INTERNET } from "../lab/lab.js";
import { planLab } from "../lab/plan.js";
import { requireLab } from "../lab/requirements.js";
import { labName } from "../lab/run_name.js";
import { takeDownDead } from "../lab/take_down.js";
import type { Outcome } from "../lab/probe_process.js";
import type { NetworkPolicy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { NO_COMMON_FAMILY, addressesOfPair } from "./engine.js";
import type { Answer, Engine, Pair, Situation } from "./engine.js";

const NODES = 2;
const TIMEOUT_MS = 400;
/** Labs that stand at once; each case that runs has one. */
const WIDTH = 2;

/** @throws LabError if this machine cannot run a lab. */
export async function labEngine(): Promise<Engine> {
  requireLab();
  await takeDownDead();
  const pool = new LabPool();
  return {
    width: WIDTH,
    begin: async (cluster) => {
      const taken = await pool.take(cluster);
      const running = new LabCase(taken.lab);
      return { step: (situation, pairs) => running.step(situation, pairs), end: () => taken.giveBack() };
    },
    close: () => pool.close(),
  };
}

/** Labs by what cannot change in them: their pods and addresses. At most one for each case that runs. */
class LabPool {
  private readonly free: { readonly key: string; readonly lab: Lab }[] = [];
  private standing = 0;

  async take(cluster: Inventory): Promise<{ lab: Lab; giveBack: () => Promise<void> }> {
    const key = JSON.stringify(cluster.pods.map(({ namespace, name, ips }) => [namespace, name, ips]));
    const at = this.free.findIndex((entry) => entry.key === key);
    const lab = at >= 0 ? this.free.splice(at, 1)[0]!.lab : await this.start(cluster);
    return { lab, giveBack: () => Promise.resolve(void this.free.push({ key, lab })) };
  }

  async close(): Promise<void> {
    for (const { lab } of this.free.splice(0)) await lab.down();
  }

  private async start(cluster: Inventory): Promise<Lab> {
    if (this.standing < WIDTH) this.standing++;
    else await this.free.shift()!.lab.down();
    return Lab.up(planLab(labName(), cluster, NODES));
  }
}

class LabCase {
  private before: Situation | undefined;

  constructor(private readonly lab: Lab) {}

  async step(situation: Situation, pairs: readonly Pair[]): Promise<readonly Answer[]> {
    await this.bringAbout(situation);
    const { protocol, port } = situation;
    await this.lab.listen((endpoint) => (endpoint === INTERNET ? [] : [{ protocol, port }]));
    return Promise.all(pairs.map((pair) => this.connects(pair, situation)));
  }

  /** New labels first, then new policies, as they come in a cluster; only what is different. */
  private async bringAbout({ cluster, policies, sources, ...rest }: Situation): Promise<void> {
    const before = this.before;
    this.before = { cluster, policies, sources, ...rest };
    let problems: readonly Diagnostic[] = [];
    if (!before) problems = await this.lab.replace(cluster, policies, sources);
    else {
      if (cluster !== before.cluster) await this.lab.redescribe(cluster);
      if (meaning(policies) !== meaning(before.policies)) problems = await this.lab.apply(policies, sources);
    }
    if (problems[0]) throw new Error(problems[0].message);
  }

  private async connects(pair: Pair, situation: Situation): Promise<Answer> {
    if (pair.from === pair.to) return LOOPBACK;
    const addresses = addressesOfPair(pair);
    if (!addresses) return NO_COMMON_FAMILY;
    const { protocol, port } = situation;
    const attempt = { protocol, port, address: addresses.to };
    const from = `${pair.from.namespace}/${pair.from.name}`;
    const first = await this.lab.attempt(from, { ...attempt, timeoutMs: TIMEOUT_MS });
    return ANSWERS[first.result] ?? { verdict: "error", reason: first.reason ?? first.result };
  }
}

const LOOPBACK: Answer = { verdict: "skipped", reason: "a pod's packets to itself never leave it" };

const ANSWERS: Partial<Record<Outcome["result"], Answer>> = {
  connected: { verdict: "allow" },
  refused: { verdict: "allow" },
  timeout: { verdict: "deny" },
};

function meaning(policies: readonly NetworkPolicy[]): string {
  return JSON.stringify(policies, (key, value: unknown) => (key === "span" ? undefined : value));
}
