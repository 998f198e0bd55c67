/** The rows of this build. */
import { performance } from "node:perf_hooks";
import { isFailure } from "../../src/node/failure.js";
import { runLoader } from "../../src/node/loader.js";
import type { Pod } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import type { ClusterChange, LocalPod } from "../../src/state/index/changes.js";
import type { FirstState } from "../../src/state/index/node_index.js";
import type { Compiled } from "./bundles.js";
import { addressOf, NODE_NAME } from "./cluster.js";
import { changed, reselected } from "./inputs.js";
import type { NodeLinks } from "./links.js";
import { CLIENT, SERVER } from "./links.js";
import { cpuOfChildren } from "./processes.js";
import type { NodeRow } from "./rows.js";
import { nodeRow, percentile } from "./rows.js";
import { Sessions } from "./sessions.js";
import { judgedDuring } from "./traffic.js";

export interface Runs {
  readonly first: number;
  readonly changes: number;
}

export interface Measured {
  readonly rows: readonly NodeRow[];
  /** Sentences. */
  readonly notes: readonly string[];
}

const LOAD_SECONDS = 10;
const CHANGES_A_SECOND = 200;
const CHURNED = 500;

export class NowBench {
  private readonly sessions: Sessions;
  private readonly rows: NodeRow[] = [];
  private readonly notes: string[] = [];
  private readonly elsewhere: readonly Pod[];
  /** Without those that talk to each other. */
  private readonly here: readonly LocalPod[];

  constructor(
    private readonly links: NodeLinks,
    private readonly first: FirstState,
    private readonly compiled: Compiled,
    private readonly runs: Runs,
  ) {
    this.sessions = new Sessions(links, first, compiled);
    this.elsewhere = first.pods.filter(({ node }) => node !== NODE_NAME);
    this.here = first.local.filter((_, i) => i !== CLIENT && i !== SERVER);
  }

  async measure(): Promise<Measured> {
    await this.firstApply();
    await this.sessions.start();
    await this.policyChanged();
    await this.podElsewhere();
    await this.podHere();
    await this.load();
    await this.mapMemory();
    await this.sessions.remove();
    await this.specialised();
    return { rows: this.rows, notes: this.notes };
  }

  async remove(): Promise<void> {
    await this.sessions.remove();
  }

  private async firstApply(): Promise<void> {
    const ms: number[] = [];
    for (let run = 0; run < this.runs.first; run++) {
      const begun = performance.now();
      await this.sessions.start();
      ms.push(performance.now() - begun);
      await this.sessions.remove();
    }
    this.report("first_apply", ms);
  }

  /** Policies that concern the node, in turn. */
  private async policyChanged(): Promise<void> {
    const namespaces = new Set(this.first.local.map(({ pod }) => pod.namespace));
    const concerning = this.first.policies.filter(
      (policy) => policy.tier !== "networkpolicy" || namespaces.has(policy.namespace),
    );
    const ms = { namespaced: [] as number[], tier: [] as number[] };
    for (let run = 0; run < this.runs.changes; run++) {
      const policy = concerning[(run * 13) % concerning.length]!;
      const of = policy.tier === "networkpolicy" ? ms.namespaced : ms.tier;
      const { generation } = this.sessions;
      of.push(await this.sessions.apply({ kind: "policy", policy: another(policy, run, concerning.length) }));
      if (this.sessions.generation === generation) throw new Error(`the policy ${policy.name} is the same`);
    }
    await this.sessions.apply(...concerning.map((policy): ClusterChange => ({ kind: "policy", policy })));
    this.report("policy_changed", [...ms.namespaced, ...ms.tier]);
    if (ms.tier.length > 0)
      this.notes.push(
        `of policy_changed, ${ms.tier.length} were tier policies, which concern all ${this.first.local.length} pods: ` +
          `median ${percentile(ms.tier, 0.5)} ms, p99 ${percentile(ms.tier, 0.99)} ms`,
      );
  }

  /** A pod comes, gets other labels, and goes. */
  private async podElsewhere(): Promise<void> {
    const ms: number[] = [];
    for (let run = 0; run < this.runs.changes; run++) {
      const pod = { ...this.other(run / 3), name: `new-${run % 3}`, ips: [addressOf(60_000)] };
      const labels = { ...pod.labels, app: this.other(run / 3 + 1).labels["app"]! };
      const change: readonly ClusterChange[] = [
        { kind: "pod", pod },
        { kind: "pod", pod: { ...pod, labels } },
        { kind: "pod-gone", pod },
      ];
      ms.push(await this.sessions.apply(change[run % 3]!));
    }
    this.report("pod_elsewhere", ms);
  }

  /** A pod that went comes back, with its interface. */
  private async podHere(): Promise<void> {
    const ms: number[] = [];
    for (let run = 0; run < Math.min(this.runs.changes, this.here.length); run++) {
      const { pod, interface: device } = this.here[run]!;
      await this.sessions.apply({ kind: "local-gone", interface: device }, { kind: "pod-gone", pod });
      ms.push(await this.sessions.apply({ kind: "pod", pod }, { kind: "local", pod, interface: device }));
    }
    this.report("pod_here", ms);
  }

  /** Of every ten changes one is of a pod here, which goes or comes back; the others are of 500 pods elsewhere. */
  private async load(): Promise<void> {
    const failures: unknown[] = [];
    const ms: number[] = [];
    let cpu = { session: 0, loader: 0 };
    let seconds = 0;
    const judged = await judgedDuring(this.links, this.sessions.instance, async () => {
      const [before, begun] = [cpuNow(), performance.now()];
      for (let i = 0; i < LOAD_SECONDS * CHANGES_A_SECOND; i++) {
        this.sessions.apply(...this.churn(i)).then(
          (took) => ms.push(took),
          (error) => failures.push(error),
        );
        const ahead = begun + ((i + 1) * 1000) / CHANGES_A_SECOND - performance.now();
        if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
      }
      await this.sessions.apply({ kind: "pod", pod: this.first.pods[0]! });
      const after = cpuNow();
      seconds = (performance.now() - begun) / 1000;
      cpu = { session: after.session - before.session, loader: after.loader - before.loader };
    });
    if (failures.length > 0) throw failures[0];
    const part = (of: number) => `${(of / seconds / 10).toFixed(1)} %`;
    this.notes.push(
      `${(ms.length / seconds).toFixed(0)} pod changes a second for ${seconds.toFixed(1)} s: ${part(cpu.session + cpu.loader)} of one core ` +
        `(session ${part(cpu.session)}, loader ${part(cpu.loader)}), in force after ${percentile(ms, 0.5)} ms, p99 ${percentile(ms, 0.99)} ms; ` +
        `${judged.wrong} packets wrong of ${judged.packets}, ${judged.refused} of them meant to be denied`,
    );
    process.stderr.write(`node: ${this.notes.at(-1)}\n`);
  }

  private churn(i: number): ClusterChange[] {
    if (i % 10 === 0) {
      const { pod, interface: device } = this.here[Math.floor(i / 20) % this.here.length]!;
      return i % 20 === 0
        ? [
            { kind: "local-gone", interface: device },
            { kind: "pod-gone", pod },
          ]
        : [
            { kind: "pod", pod },
            { kind: "local", pod, interface: device },
          ];
    }
    const at = (i * 7) % CHURNED;
    const pod = { ...this.other(i), name: `churned-${at}`, ips: [addressOf(60_000 + at)] };
    return i % 3 === 0 ? [{ kind: "pod-gone", pod }] : [{ kind: "pod", pod }];
  }

  private async mapMemory(): Promise<void> {
    const status = await runLoader(["status", "--instance", this.sessions.instance], this.links.netns);
    if (isFailure(status)) throw new Error(status.error);
    const { maps } = status as { maps: Record<string, { bytes: number }> };
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    const of = (wanted: (name: string) => boolean) =>
      Object.entries(maps).reduce((sum, [name, { bytes }]) => sum + (wanted(name) ? bytes : 0), 0);
    const connections = (name: string) => /^(established|half_open|fragments)/.test(name);
    const others = of((name) => !connections(name) && name !== "rows");
    this.notes.push(
      `maps: ${mib(of(() => true))}, of which connections ${mib(of(connections))}, rows ${mib(maps["rows"]!.bytes)}, ` +
        `all others ${mib(others)}`,
    );
  }

  /** From a policy's change until the subject that it concerns has code of its own again. */
  private async specialised(): Promise<void> {
    let told: (loaded: number) => void = () => undefined;
    const next = () => new Promise<number>((resolve) => (told = resolve));
    let all = next();
    const onSpecialised = ({ loaded, refused }: { loaded: number; refused: readonly string[] }) => {
      if (refused.length > 0) throw new Error(refused[0]);
      told(loaded);
    };
    process.stderr.write("node: specialised code for every subject\n");
    const begun = performance.now();
    await this.sessions.start({ objects: this.compiled.objects, onSpecialised });
    const programs = await all;
    this.notes.push(
      `specialised code of ${programs} subjects after a first apply: ${(performance.now() - begun).toFixed(0)} ms`,
    );
    const ms: number[] = [];
    for (let run = 0; run < Math.min(this.runs.changes, 2 * this.compiled.variants.length); run++) {
      const { variants } = this.compiled;
      const policy = variants[run % variants.length]![run < variants.length ? 1 : 0];
      all = next();
      const given = performance.now();
      await this.sessions.apply({ kind: "policy", policy });
      if ((await all) !== 1) throw new Error("another number of subjects got code than changed");
      ms.push(performance.now() - given);
    }
    this.report("specialised", ms);
    await this.sessions.remove();
  }

  private other(run: number) {
    return this.elsewhere[(Math.floor(run) * 37) % this.elsewhere.length]!;
  }

  private report(of: NodeRow["case"], ms: readonly number[]): void {
    const row = nodeRow("polc", of, ms);
    this.rows.push(row);
    process.stderr.write(`node: ${of}: median ${row.median_ms} ms, p99 ${row.p99_ms} ms, ${row.runs} runs\n`);
  }
}

/** Each time that a policy has its turn it is another: by a port, by a peer, or by whether it is logged. */
function another(policy: Policy, run: number, turn: number): Policy {
  const round = Math.floor(run / turn);
  if (!policy.rules.some(({ ports }) => ports)) return { ...policy, logged: round % 2 === 0 } as Policy;
  const byPods = policy.tier === "networkpolicy" && policy.rules[0]?.peers?.[0]?.kind === "pods";
  return byPods && run % 2 ? reselected(policy, round) : changed(policy, run);
}

function cpuNow(): { session: number; loader: number } {
  const { user, system } = process.cpuUsage();
  return { session: (user + system) / 1000, loader: cpuOfChildren("polc-loader") };
}
