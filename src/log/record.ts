/**
 * A verdict as it is logged: docs/log-format.md. A superset of the record that GKE publishes for network policy logging.
 * What is not known is left out.
 */
import type { Direction } from "../ir/policy.js";
import { serviceNameKey } from "../state/generation_names.js";
import type { GenerationNames, NamedPod, NamedRule } from "../state/generation_names.js";
import type { DropEvent, VerdictEvent } from "./event.js";

export interface LogRecord {
  /** Left out: the packet was dropped before its ends were read. */
  readonly connection?: {
    readonly src_ip: string;
    readonly dest_ip: string;
    /** Ports are left out for protocols that have none. */
    readonly src_port?: number;
    readonly dest_port?: number;
    /** `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, or the protocol's number. */
    readonly protocol: string;
    /** Whose policies decided; left out: policy was not asked. */
    readonly direction?: Direction;
  };
  /** `audit`: would be denied or dropped, and passed. `drop`: dropped for another reason than policy. */
  readonly disposition: "allow" | "deny" | "audit" | "drop";
  /** Why a packet was dropped, or would be: a counter of `polc status --format json`, such as `drop_source`. */
  readonly reason?: string;
  /** The policy whose rule decided, or all that isolate the pod. Empty: none spoke. Left out: not known any more. */
  readonly policies?: readonly LogPolicy[];
  readonly src?: LogEndpoint;
  readonly dest?: LogEndpoint;
  /** Left out: the client asked for the destination itself. */
  readonly service?: LogService;
  /** Packets that this record stands for. */
  readonly count: number;
  /** The node that decided. */
  readonly node_name?: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

/** A record of what policies decided. */
export type VerdictRecord = LogRecord & Required<Pick<LogRecord, "connection">>;

/** A Service, and the address and port of it that the client asked for. */
export interface LogService {
  readonly ip: string;
  readonly port: number;
  /** Left out: not known any more. */
  readonly namespace?: string;
  readonly name?: string;
}

export interface LogPolicy {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  /** Such as `ingress[0]`; left out: the policy decided by isolating the pod. */
  readonly rule?: string;
  /** `file:line` of the rule, else of the policy. */
  readonly source: string;
}

/** A pod, or by its address (`instance`) what is none. */
export interface LogEndpoint {
  readonly pod_name?: string;
  readonly pod_namespace?: string;
  readonly namespace?: string;
  readonly workload_kind?: string;
  readonly workload_name?: string;
  readonly instance?: string;
  readonly node_name?: string;
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  58: "icmpv6",
  132: "sctp",
};

const WITH_PORTS = [6, 17, 132];

/** `names`: of the event's generation; undefined: they are gone. */
export function recordOf(event: VerdictEvent, names: GenerationNames | undefined): VerdictRecord {
  const policies = names && policiesOf(event, names);
  return {
    connection: {
      src_ip: event.source,
      dest_ip: event.destination,
      ...(WITH_PORTS.includes(event.proto) && {
        src_port: event.source_port,
        dest_port: event.destination_port,
      }),
      protocol: PROTOCOLS[event.proto] ?? String(event.proto),
      direction: event.side,
    },
    disposition: event.verdict,
    ...(policies && { policies }),
    ...(names && { src: endpointOf(event.source, names), dest: endpointOf(event.destination, names) }),
    ...(event.service && { service: serviceOf(event.service, event.proto, names) }),
    count: event.count,
    ...(names && { node_name: names.node }),
    timestamp: event.time,
  };
}

function serviceOf(
  { address, port }: NonNullable<VerdictEvent["service"]>,
  proto: number,
  names: GenerationNames | undefined,
): LogService {
  const protocol = PROTOCOLS[proto]?.toUpperCase() ?? "";
  const services = names?.services ?? {};
  const any = address.includes(":") ? "::" : "0.0.0.0";
  const named =
    services[serviceNameKey(address, port, protocol)] ?? services[serviceNameKey(any, port, protocol)];
  return { ip: address, port, ...(named && { namespace: named.namespace, name: named.name }) };
}

/** The record of a packet that was dropped for another reason than policy. */
export function recordOfDrop(event: DropEvent, names: GenerationNames | undefined): LogRecord {
  const { source, destination, proto } = event;
  const read = source !== undefined && destination !== undefined && proto !== undefined;
  return {
    ...(read && {
      connection: {
        src_ip: source,
        dest_ip: destination,
        ...(WITH_PORTS.includes(proto) && {
          src_port: event.source_port!,
          dest_port: event.destination_port!,
        }),
        protocol: PROTOCOLS[proto] ?? String(proto),
      },
    }),
    disposition: event.verdict === "audit" ? "audit" : "drop",
    reason: event.drop,
    ...(names && read && { src: endpointOf(source, names), dest: endpointOf(destination, names) }),
    count: event.count,
    ...(names && { node_name: names.node }),
    timestamp: event.time,
  };
}

/**
 * 1. A rule decided: its policy.
 * 2. A deny without a rule: every policy that isolates the profile's pods in this direction.
 * 3. An allow without a rule: no policy spoke.
 */
function policiesOf(event: VerdictEvent, names: GenerationNames): LogPolicy[] | undefined {
  const profile = names.profiles.find(({ number }) => number === event.profile);
  if (event.rule !== 0) {
    const rule = names.rules[profile?.rules[event.rule - 1] ?? -1];
    return rule && [logPolicy(names, rule.policy, rule)];
  }
  if (event.verdict === "allow") return [];
  return profile?.isolatedBy[event.side].map((index) => logPolicy(names, index));
}

function logPolicy(names: GenerationNames, index: number, rule?: NamedRule): LogPolicy {
  const { kind, name, namespace, source } = names.policies[index]!;
  return {
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(rule && { rule: rule.name }),
    source: rule?.source ?? source,
  };
}

function endpointOf(ip: string, names: GenerationNames): LogEndpoint {
  const pod = Object.hasOwn(names.pods, ip) ? names.pods[ip] : undefined;
  return pod ? podEndpoint(pod) : { instance: ip };
}

function podEndpoint({ namespace, name, workload, node }: NamedPod): LogEndpoint {
  return {
    pod_name: name,
    pod_namespace: namespace,
    namespace,
    ...(workload && { workload_kind: workload.kind, workload_name: workload.name }),
    ...(node !== undefined && { node_name: node }),
  };
}
