/**
 * Engine `lab`: real packets between network namespaces. Policies and labels change step by step while the programs run;
 * cases with the same pods share a lab, one after the other.
 */
import type { Inventory } from "../ir/inventory.js";
import { probeCells } from "../lab/probe/cells.js";
import type { Cell, ProbedCell } from "../lab/probe/cells.js";
import { LabError } from "../lab/command.js";
import { INTERNET, Lab } from "../lab/lab.js";
import { planLab } from "../lab/plan.js";
import type { LabPlan } from "../lab/plan.js";
import { requireLab } from "../lab/run/requirements.js";
import { labName } from "../lab/run/run_name.js";
import { takeDownDead } from "../lab/run/take_down.js";
import type { Tier } from "../node/loader_status.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { NO_COMMON_FAMILY, addressesOfPair, meaningOf } from "./engine.js";
import type { Answer, Engine, EngineCase, Pair, Situation } from "./engine.js";

const NODES = 2;
const TIMEOUT_MS = 400;
/** Labs that stand at once; each case that runs has one. */
const WIDTH = 2;

/**
 * `tier`: what decides, the tables or the policy sets' own code.
 * @throws LabError if this machine cannot run a lab.
 */
export async function labEngine(tier: Tier): Promise<Engine> {
  requireLab();
  await takeDownDead();
  const pool = new LabPool(tier);
  return {
    width: WIDTH,
    begin: async (cluster) => {
      const plan = planOf(cluster);
      return typeof plan === "string" ? impossible(plan) : new LabCase(await pool.take(plan), pool);
    },
    close: () => pool.close(),
  };
}

/** Why these pods cannot stand in a lab, such as an address that no host can have. */
function planOf(cluster: Inventory): LabPlan | string {
  try {
    return planLab(labName(), cluster, NODES);
  } catch (error) {
    if (error instanceof LabError) return error.message;
    throw error;
  }
}

function impossible(reason: string): EngineCase {
  return {
    step: (_, pairs) => Promise.resolve(pairs.map(() => ({ verdict: "skipped", reason }))),
    end: () => Promise.resolve(),
  };
}

/** Labs by what cannot change in them: their pods and addresses. At most one for each case that runs. */
class LabPool {
  private readonly free: Lab[] = [];
  private standing = 0;

  constructor(private readonly tier: Tier) {}

  async take(plan: LabPlan): Promise<Lab> {
    const at = this.free.findIndex((lab) => shapeOf(lab.plan) === shapeOf(plan));
    if (at >= 0) return this.free.splice(at, 1)[0]!;
    if (this.standing === WIDTH) await this.remove(this.free.shift()!);
    this.standing++;
    try {
      return await Lab.up(plan, this.tier);
    } catch (error) {
      this.standing--;
      throw error;
    }
  }

  giveBack(lab: Lab): void {
    this.free.push(lab);
  }

  async close(): Promise<void> {
    for (const lab of this.free.splice(0)) await this.remove(lab);
  }

  private async remove(lab: Lab): Promise<void> {
    this.standing--;
    await lab.down();
  }
}

function shapeOf(plan: LabPlan): string {
  return JSON.stringify(plan.pods.map(({ pod: { namespace, name, ips } }) => [namespace, name, ips]));
}

class LabCase implements EngineCase {
  private before: Situation | undefined;

  constructor(
    private readonly lab: Lab,
    private readonly pool: LabPool,
  ) {}

  async step(situation: Situation, pairs: readonly Pair[]): Promise<readonly Answer[]> {
    await this.bringAbout(situation);
    const { protocol, port } = situation;
    await this.lab.listen((endpoint) => (endpoint === INTERNET ? [] : [{ protocol, port }]));
    const cells = pairs.map((pair) => cellOf(pair, situation));
    const probed = await probeCells(this.lab, cells.filter(isCell), TIMEOUT_MS);
    const answers = probed[Symbol.iterator]();
    return cells.map((cell) => (isCell(cell) ? answerOf(answers.next().value!) : cell));
  }

  end(): Promise<void> {
    return Promise.resolve(this.pool.giveBack(this.lab));
  }

  /** New labels first, then new policies, as they come in a cluster; only what is different. */
  private async bringAbout(situation: Situation): Promise<void> {
    const { cluster, policies, sources } = situation;
    const before = this.before;
    this.before = undefined; // until it has worked
    let problems: readonly Diagnostic[] = [];
    if (!before) problems = await this.lab.replace(cluster, policies, sources);
    else {
      if (cluster !== before.cluster) await this.lab.redescribe(cluster);
      if (meaningOf(policies) !== meaningOf(before.policies))
        problems = await this.lab.apply(policies, sources);
    }
    if (problems[0]) throw new Error(problems[0].message);
    this.before = situation;
  }
}

const LOOPBACK: Answer = { verdict: "skipped", reason: "a pod's packets to itself never leave it" };

function cellOf(pair: Pair, { protocol, port }: Situation): Cell | Answer {
  if (pair.from === pair.to) return LOOPBACK;
  const addresses = addressesOfPair(pair);
  if (!addresses) return NO_COMMON_FAMILY;
  const [from, to] = [pair.from, pair.to].map((pod) => `${pod.namespace}/${pod.name}`);
  return { from: from!, to: to!, protocol, port, family: addresses.to.includes(":") ? 6 : 4 };
}

function isCell(value: Cell | Answer): value is Cell {
  return "family" in value;
}

function answerOf({ found, outcome }: ProbedCell): Answer {
  return found === "error"
    ? { verdict: "error", reason: outcome.reason ?? "it could not be tried" }
    : { verdict: found };
}
