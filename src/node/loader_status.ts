/** What `polc-loader status` prints, with the words for its counters. */
import { existsSync } from "node:fs";
import type { Failure } from "./failure.js";
import { isFailure } from "./failure.js";
import { runLoader } from "./loader.js";

export interface InstanceStatus {
  readonly instance: string;
  /** The generation in force, 0: nothing is installed. */
  readonly generation: number;
  /** Grows with every change that may revoke something: connections of an older one are decided again. */
  readonly epoch: number;
  /** Interfaces whose packets are judged. */
  readonly interfaces: readonly AttachedInterface[];
  readonly counters: readonly Counter[];
  readonly maps: readonly KernelMap[];
  /** What is not as the last deployment left it, in words. */
  readonly problems: readonly string[];
}

export interface AttachedInterface {
  readonly ifindex: number;
  /** Left out: the interface is gone. */
  readonly name?: string;
  /** Both directions have their program. */
  readonly whole: boolean;
  /** What judges the pod: the tables, or its policy set's own code; left out: no policy selects it. */
  readonly tier?: Tier;
  /** Nothing reaches the pod but the node, until it is described. */
  readonly closed: boolean;
  readonly programs: readonly AttachedProgram[];
}

export interface AttachedProgram {
  readonly id: number;
  readonly hook: "from_pod" | "to_pod";
  /** Since the kernel counts that (kernel.bpf_stats_enabled). */
  readonly runs: number;
  readonly nanoseconds: number;
}

export interface KernelMap {
  readonly name: string;
  readonly size: number;
  readonly bytes: number;
  /** Left out: of this kind of map that cannot be told. */
  readonly entries?: number;
}

export type Tier = "table" | "specialised";

export interface Counter {
  readonly name: string;
  readonly value: number;
  readonly meaning: string;
}

/** In the words of POLC_COUNTERS, bpf-templates/abi.h. In packets, unless they say otherwise. */
export const COUNTER_MEANINGS: Readonly<Record<string, string>> = {
  allowed_new: "new connections allowed, once on each side",
  denied: "denied by policy",
  audited: "denied by policy, let through in audit mode",
  drop_truncated: "headers longer than the packet",
  drop_ethertype: "neither IP nor ARP, VLAN tags included",
  drop_header: "an IP or transport header that contradicts itself",
  drop_source_route: "IPv4 source route or IPv6 routing header",
  drop_extension: "IPv6 extension headers, too many or unknown",
  drop_fragment: "later fragment whose first one did not pass",
  drop_family: "IPv6 on a node without IPv6 pods",
  drop_class: "peer class out of range: the node's state is damaged",
  drop_pod: "from or to an interface that no pod is known for",
  drop_closed: "from or to a pod that was not described yet",
  drop_source: "left a pod with a source that is not the pod's",
  drop_link_local: "neighbour discovery from beyond the link, or for others",
  drop_no_connection: "TCP of no connection that is known to be allowed",
  conntrack_full: "connections that could not be remembered",
  lost_ring: "events lost, the ring was full",
  lost_budget: "events not sent, over their subject's budget",
};

interface PrintedProgram {
  readonly program: number;
  readonly runs?: number;
  readonly run_ns?: number;
}

interface Printed {
  readonly instance?: string;
  readonly generation?: number;
  readonly epoch?: number;
  readonly pods?: readonly {
    readonly ifindex: number;
    readonly interface: string | null;
    readonly subject: number | "closed" | null;
    readonly tier?: Tier;
    readonly from_pod: PrintedProgram | null;
    readonly to_pod: PrintedProgram | null;
  }[];
  readonly maps?: Readonly<Record<string, Omit<KernelMap, "name">>>;
  readonly counters?: Readonly<Record<string, number>>;
  readonly problems?: readonly string[];
}

export function asInstanceStatus(answer: unknown): InstanceStatus | Failure {
  const {
    instance,
    generation,
    epoch = 0,
    pods = [],
    counters = {},
    maps = {},
    problems = [],
  } = answer as Printed;
  if (typeof generation !== "number" || typeof instance !== "string")
    return {
      error: "polc-loader status printed something that is not a status",
      help: "polc and polc-loader must be of the same version: run `make build` in polc's checkout, or unset POLC_LOADER",
    };
  return {
    instance,
    generation,
    epoch,
    interfaces: pods.map(({ ifindex, interface: name, subject, tier, from_pod, to_pod }) => ({
      ifindex,
      ...(name !== null && { name }),
      whole: from_pod !== null && to_pod !== null,
      ...(tier && typeof subject === "number" && { tier }),
      closed: subject === "closed",
      programs: [...programOf("from_pod", from_pod), ...programOf("to_pod", to_pod)],
    })),
    counters: Object.entries(counters).map(([name, value]) => ({
      name,
      value,
      meaning: COUNTER_MEANINGS[name] ?? name,
    })),
    maps: Object.entries(maps).map(([name, map]) => ({ name, ...map })),
    problems,
  };
}

function programOf(hook: AttachedProgram["hook"], printed: PrintedProgram | null): AttachedProgram[] {
  if (!printed) return [];
  const { program: id, runs = 0, run_ns: nanoseconds = 0 } = printed;
  return [{ id, hook, runs, nanoseconds }];
}

/** What the kernel runs of an instance, whose interfaces are in this network namespace. */
export async function loaderStatus(
  instance: string,
  netns: string | undefined,
): Promise<InstanceStatus | Failure> {
  const inside = netns !== undefined && existsSync(netns) ? netns : undefined;
  if (netns !== undefined && inside === undefined)
    return {
      error: `the network namespace of instance ${instance} is gone: ${netns}`,
      help: `polc undeploy --local --instance ${instance} removes what is left of it`,
    };
  const answer = await runLoader(["status", "--instance", instance], inside);
  if (isFailure(answer)) return answer;
  return asInstanceStatus(answer);
}
