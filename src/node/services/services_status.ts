/** What `polc-loader services status` prints, with the words for its counters. */
import type { Failure } from "../failure.js";
import { isFailure } from "../failure.js";
import { runLoader } from "../loader.js";
import type { Counter } from "../loader_status.js";
import { hasPinned } from "../run_dir.js";
import { readKept } from "./kept_services.js";
import { serviceRows } from "./service_rows.js";
import type { ServiceRow } from "./service_rows.js";

export interface ServicesStatus {
  readonly generation: number;
  readonly links: readonly { readonly name: string; readonly hook: string }[];
  /** Interfaces of pods. */
  readonly pods: readonly string[];
  readonly frontends: number;
  readonly endpoints: number;
  /** Left out: another than `polc deploy --local` put them in force. */
  readonly rows?: readonly ServiceRow[];
  readonly counters: readonly Counter[];
  readonly tables: readonly ServiceTable[];
  readonly problems: readonly string[];
}

export interface ServiceTable {
  readonly name: string;
  readonly used: number;
  readonly capacity: number;
}

/** In the words of SERVICE_COUNTERS, bpf-templates/service/service_abi.h. */
export const SERVICE_COUNTER_MEANINGS: Readonly<Record<string, string>> = {
  opened: "new flows to a backend",
  refused_empty: "to a service without an endpoint for them, refused",
  refused_port: "to a port that no service has at that address, refused",
  dropped_empty: "to a service whose traffic policy leaves no endpoint",
  dropped_range: "from outside loadBalancerSourceRanges",
  dropped_fragment: "later fragment to a service, first one unknown",
  dropped_tuple: "two services, one backend, one client port: refused",
  dropped_tunnel: "encapsulated or with an option that no node can have sent",
  dropped_ports: "SNAT: no port of the node is free",
  dropped_route: "no route to the backend's node",
  dropped_malformed: "to a service, with headers that contradict themselves",
  too_big: "answered with packet too big",
  flows_full: "flows that could not be remembered",
  dispatched: "sent on to another node",
  received: "from another node, for a backend of this one",
  replied: "replies that were given the service's address",
  replied_back: "replies that came back by this node: SNAT",
  damaged: "an index out of range: the node's tables are damaged",
};

interface Printed {
  readonly generation: number;
  readonly links: readonly PrintedInterface[];
  readonly pods: readonly PrintedInterface[];
  readonly tables: Readonly<Record<"frontends" | "endpoints", TableUse>> & Readonly<Record<string, TableUse>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

type TableUse = Pick<ServiceTable, "used" | "capacity">;

interface PrintedInterface {
  readonly interface: string | null;
  readonly ifindex: number;
  readonly hook?: string;
}

/** undefined: this instance serves none. */
export async function servicesStatus(
  instance: string,
  netns: string | undefined,
): Promise<ServicesStatus | undefined | Failure> {
  if (!hasPinned(instance, "services1")) return undefined;
  const answer = await runLoader(["services", "status", "--instance", instance], netns);
  if (isFailure(answer)) return answer;
  const { generation, links, pods, tables, counters, problems } = answer as Printed;
  if (generation === 0) return undefined;
  const kept = readKept(instance);
  const name = (each: PrintedInterface) => each.interface ?? `interface ${each.ifindex}`;
  return {
    generation,
    links: links.map((link) => ({ name: name(link), hook: link.hook ?? "none" })),
    pods: pods.map(name),
    frontends: tables.frontends.used,
    endpoints: tables.endpoints.used,
    ...(kept && { rows: serviceRows(kept.state, kept.names) }),
    counters: Object.entries(counters).map(([name, value]) => ({
      ...{ name, value },
      meaning: SERVICE_COUNTER_MEANINGS[name] ?? name,
    })),
    tables: Object.entries(tables).map(([name, { used, capacity }]) => ({ name, used, capacity })),
    problems,
  };
}
