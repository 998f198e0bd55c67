/**
 * Runs one packet of every equivalence class of a bundle's flows through the tables and through the compiled programs, in this
 * kernel, and compares each verdict and the rule behind it with the reference semantics. Nothing is attached.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flow } from "../analysis/semantics/decide.js";
import type { Bundle } from "../bundle/bundle.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { Pod } from "../ir/inventory.js";
import type { Tier } from "../node/loader_status.js";
import type { Direction } from "../ir/policy.js";
import { nodeState } from "../state/node_state.js";
import type { NodeState } from "../state/node_state.js";
import type { World } from "./endpoints.js";
import { worldsOf } from "./endpoints.js";
import { alikeSets } from "./alike.js";
import { largestWorld } from "./largest_world.js";
import { echoRequest, openingPacket } from "./packet.js";
import type { Probe } from "./probes.js";
import { probesOf } from "./probes.js";
import { Reference } from "./reference.js";
import { namedPortNumbers, portPoints, sourcePortsBeside } from "./port_points.js";
import type { PortPoint } from "./port_points.js";
import type { RunAnswer } from "./test_run.js";
import { TestRun } from "./test_run.js";

export interface SetReport {
  readonly set: string;
  readonly form: ManifestSet["form"];
  readonly subjects: number;
  readonly peers: number;
  /** Each was sent to the tables, and to the set's own code if it has some. */
  readonly packets: number;
  /** Of the program that took the kernel's verifier most; left out where the kernel does not say. */
  readonly instructions?: number;
  readonly mismatches: readonly Mismatch[];
  /** Classes without a witness, see `Worlds`. */
  readonly leftOut: number;
  /** Packets that the limit cut, evenly over all classes. */
  readonly skipped: number;
  /** The set differs from this one in names alone: what is said of that one holds, and it got no packets of its own. */
  readonly sameAs?: string;
}

export interface VerifyProgress {
  readonly set: string;
  /** Policy sets. */
  readonly done: number;
  readonly total: number;
  /** Packets of this set, and how many it gets in the cluster that is tried now. */
  readonly packets: number;
  readonly ofPackets: number;
}

export interface Mismatch {
  readonly direction: Direction;
  readonly subject: string;
  readonly peer: string;
  readonly flow: string;
  readonly tier: Tier;
  readonly expected: string;
  readonly got: string;
}

export interface VerifyOptions {
  /** Of one policy set; of more an even sample is taken. */
  readonly packetLimit: number;
  /** Of each policy set only the programs of the pod that most of its selectors select, which have the most code. */
  readonly largestOnly?: boolean;
  readonly onProgress?: (at: VerifyProgress) => void;
}

export const PACKET_LIMIT = 1_000_000;

/** Small maps, which are made in no time: no packet here needs an entry that an earlier one made. */
const SIZES = { established: 1024, half_open: 1024, fragments: 64, events_bytes: 1 << 16 };

/** Packets in flight: enough to keep the loader busy. */
const BATCH = 2000;

/** @throws TestRunError if programs cannot be loaded here. */
export async function verifyBundle(bundle: Bundle, options: VerifyOptions): Promise<readonly SetReport[]> {
  const directory = await mkdtemp(join(tmpdir(), "polc-verify-"));
  const { sets } = bundle.manifest;
  const reports = new Map<string, SetReport>();
  try {
    for (const [first, ...others] of alikeSets(bundle)) {
      const [done, total] = [reports.size, sets.length];
      const tell = (packets: number, ofPackets: number) =>
        options.onProgress?.({ set: first!.name, done, total, packets, ofPackets });
      tell(0, 0);
      const report = await new SetVerifier(bundle, first!, options, directory, tell).run();
      reports.set(report.set, report);
      for (const { name } of others)
        reports.set(name, { ...report, set: name, packets: 0, skipped: 0, sameAs: report.set });
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return sets.map(({ name }) => reports.get(name)!);
}

/** What all probes of a world share. */
interface Sending {
  readonly run: TestRun;
  /** By pod. */
  readonly subjects: ReadonlyMap<string, number>;
  /** For each tier its own: what one of them let pass is no connection to the other. */
  readonly sourcePorts: readonly number[];
}

class SetVerifier {
  private readonly reference: Reference;
  private readonly mismatches: Mismatch[] = [];
  private packets = 0;
  private instructions = 0;
  private skipped = 0;

  constructor(
    private readonly bundle: Bundle,
    private readonly set: ManifestSet,
    private readonly options: VerifyOptions,
    private readonly directory: string,
    private readonly tell: (packets: number, ofPackets: number) => void,
  ) {
    this.reference = new Reference(bundle, set);
  }

  async run(): Promise<SetReport> {
    const { set } = this;
    const policies = set.policies.map((index) => this.bundle.policies[index]!);
    const ports = policies.flatMap(({ rules }) => rules.flatMap((rule) => rule.ports ?? []));
    const numbers = namedPortNumbers(set.namedPorts, ports);
    const points = portPoints(ports, set.namedPorts, numbers);
    const others = new Set(this.bundle.manifest.sets.flatMap(({ namespace }) => namespace ?? []));
    const { worlds, leftOut } = worldsOf(set, others, numbers);
    let [subjects, peers] = [0, 0];
    for (const world of this.options.largestOnly ? largestWorld(worlds, set) : worlds) {
      subjects += world.subjects.length;
      peers += world.peers.length + world.outside.length;
      await this.verifyWorld(world, points);
    }
    const { packets, instructions, mismatches, skipped } = this;
    const verified = instructions > 0 && { instructions };
    return {
      ...{ set: set.name, form: set.form, subjects, peers, packets },
      ...{ ...verified, mismatches, leftOut, skipped },
    };
  }

  private async verifyWorld(world: World, points: readonly PortPoint[]): Promise<void> {
    const node = this.load(world);
    const path = join(this.directory, "state.json");
    await writeFile(path, JSON.stringify(node.state));
    const run = TestRun.start(path);
    const sourcePorts = sourcePortsBeside(points, this.tiers.length);
    const sending = { run, subjects: subjectsByPod(node), sourcePorts };
    try {
      const subjects = world.subjects.filter((pod) => node.podProfile.has(key(pod)));
      const probes = probesOf(world, subjects, points, this.options.packetLimit);
      this.skipped += probes.skipped;
      const before = this.packets;
      let batch: Promise<void>[] = [];
      for (const probe of probes) {
        batch.push(this.judge(sending, probe));
        if (batch.length < BATCH) continue;
        await Promise.all(batch);
        batch = [];
        this.tell(this.packets - before, probes.taken);
      }
      await Promise.all(batch);
      await this.countInstructions(run, node);
    } finally {
      await run.stop();
    }
  }

  private async countInstructions(run: TestRun, node: NodeState): Promise<void> {
    for (const subject of new Set(subjectsByPod(node).values()))
      for (const tier of this.tiers)
        for (const hook of ["from_pod", "to_pod"] as const)
          this.instructions = Math.max(
            this.instructions,
            (await run.instructions({ subject, tier, hook })) ?? 0,
          );
  }

  private get tiers(): readonly Tier[] {
    return this.set.form === "specialised" ? ["table", "specialised"] : ["table"];
  }

  private load(world: World): NodeState {
    const inventory = {
      namespaces: world.namespaces,
      pods: [...world.subjects, ...world.peers],
      nodes: [],
      services: [],
    };
    const local = world.subjects.map((pod, i) => ({ pod, interface: `subject${i}` }));
    const settings = {
      ...{ log_allowed: true, log_denied: true, ipv6: true },
      ...{ deny_events_per_second: 0, allow_events_per_second: 0 },
    };
    return nodeState(this.bundle, inventory, { name: "verify", ips: [] }, local, {
      generation: 1,
      settings,
      sizes: SIZES,
    });
  }

  private async judge({ run, subjects, sourcePorts }: Sending, probe: Probe): Promise<void> {
    const { direction, point, ends } = probe;
    const [from, to] = direction === "ingress" ? [ends.peer, ends.subject] : [ends.subject, ends.peer];
    const flow: Flow = { from, to, protocol: point.protocol, port: point.port };
    const hook = direction === "ingress" ? "to_pod" : "from_pod";
    const subject = subjects.get(key(probe.subject))!;
    const expected = this.reference.expected(direction, flow, ends.peer);
    this.packets++;
    for (const [at, tier] of this.tiers.entries()) {
      const packet = packetOf(point, from.ip, to.ip, sourcePorts[at]!);
      // Events tell an echo from no other, and of equal denied flows only the first has one.
      const fresh = at > 0 && point.protocol === "other";
      const got = gotOf(await run.run({ subject, tier, hook, packet, fresh }));
      if (!expected.rules.includes(got.rule) || expected.verdict !== got.verdict)
        this.mismatches.push({
          direction,
          subject: describe(probe.subject),
          peer: typeof probe.peer === "string" ? probe.peer : describe(probe.peer),
          flow: point.protocol === "other" ? "icmp" : `${point.port}/${point.protocol.toLowerCase()}`,
          tier,
          expected: `${expected.verdict} ${this.ruleWords(expected.rules[0]!)}`,
          got: `${got.verdict} ${this.ruleWords(got.rule)}`,
        });
    }
  }

  private ruleWords(id: number): string {
    const rule = this.bundle.manifest.rules[(this.set.rules[id - 1] ?? 0) - 1];
    return id === 0
      ? "by no rule"
      : rule
        ? `by rule ${id} (${rule.source})`
        : `by rule ${id}, which does not exist`;
  }
}

/** Every opening is logged here, so a program that passes or drops without an event is at fault too: rule -1. */
function gotOf({ verdict, events }: RunAnswer): { verdict: "allow" | "deny"; rule: number } {
  return { verdict: verdict === "pass" ? "allow" : "deny", rule: events[0]?.rule ?? -1 };
}

/** The subjects' numbers, by pod. */
function subjectsByPod({ state }: NodeState): ReadonlyMap<string, number> {
  return new Map(
    state.pods.flatMap(({ name, subject }) => (subject === null ? [] : [[name, subject] as const])),
  );
}

function packetOf({ protocol, port }: PortPoint, from: string, to: string, sourcePort: number): Buffer {
  return protocol === "other"
    ? echoRequest(from, to, sourcePort)
    : openingPacket({ protocol, from, to, sourcePort, port });
}

function key(pod: Pod): string {
  return `${pod.namespace}/${pod.name}`;
}

function describe({ namespace, labels, ips }: Pod): string {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return `pod {${words.join(", ")}} in ${namespace} at ${ips.join(", ")}`;
}
