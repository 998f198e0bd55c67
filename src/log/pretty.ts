/** A record as one line for people. Everything that came from policies or the cluster is made safe for a terminal. */
import { COUNTER_MEANINGS } from "../node/loader_status.js";
import type { Colors } from "../source/pretty.js";
import { printable } from "../source/printable.js";
import type { Lost } from "./event.js";
import type { LogEndpoint, LogPolicy, LogRecord, LogService } from "./record.js";

const WORDS = { allow: "ALLOW", deny: "DENY ", audit: "AUDIT", drop: "DROP " } as const;

/** Columns grow with what they hold, up to this. */
const WIDEST = { node: 40, flow: 72, direction: 7 };

export class PrettyLog {
  private width = 0;
  private nodeWidth = 0;

  constructor(private readonly colors: Colors) {}

  /** `12:00:00.123  DENY   shop/web -> shop/db 5432/tcp  ingress  default-deny (shop.yaml:3)` */
  line(record: LogRecord, withNode = false): string {
    const { dim, bold } = this.colors;
    const flow = printable(flowOf(record));
    this.width = Math.min(Math.max(this.width, flow.length), WIDEST.flow);
    const columns = [
      dim(clock(record.timestamp)),
      ...(withNode ? [this.node(record.node_name ?? "")] : []),
      this.word(record.disposition),
      bold(flow.padEnd(this.width)),
      (record.connection?.direction ?? "").padEnd(WIDEST.direction),
      record.reason === undefined
        ? this.policies(record.policies)
        : (COUNTER_MEANINGS[record.reason] ?? printable(record.reason)),
    ];
    if (record.count > 1) columns.push(dim(`x${record.count}`));
    return columns.join("  ").trimEnd();
  }

  lost({ lost_ring, lost_budget, conntrack_full }: Lost, instance: string): string {
    const parts = [
      lost_ring > 0 ? `events lost, the log was not read in time: ${lost_ring}` : "",
      lost_budget > 0 ? `denies over the rate budget, not logged: ${lost_budget}` : "",
      conntrack_full > 0 ? `connections not remembered, the table is full: ${conntrack_full}` : "",
    ].filter((part) => part !== "");
    return this.colors.yellow(`${printable(instance)}: ${parts.join("; ")}`);
  }

  private node(name: string): string {
    const text = printable(name);
    this.nodeWidth = Math.min(Math.max(this.nodeWidth, text.length), WIDEST.node);
    return text.padEnd(this.nodeWidth);
  }

  private word(disposition: LogRecord["disposition"]): string {
    const { green, red, yellow } = this.colors;
    return { allow: green, deny: red, audit: yellow, drop: red }[disposition](WORDS[disposition]);
  }

  private policies(policies: readonly LogPolicy[] | undefined): string {
    if (!policies) return this.colors.dim("(names are gone)");
    if (policies.length === 0) return this.colors.dim("(no policy)");
    return policies.map((policy) => this.policy(policy)).join(", ");
  }

  private policy({ name, namespace, kind, rule, source }: LogPolicy): string {
    const full = namespace === undefined ? `${kind}/${name}` : `${namespace}/${name}`;
    const where = source === "" ? "" : ` ${this.colors.dim(`(${printable(source)})`)}`;
    return printable(rule === undefined ? full : `${full} ${rule}`) + where;
  }
}

function flowOf({ connection, src, dest, service: asked }: LogRecord): string {
  if (!connection) return "(not read)";
  const { src_ip, dest_ip, dest_port, protocol } = connection;
  const service = dest_port === undefined ? protocol : `${dest_port}/${protocol}`;
  const by = asked ? ` by ${serviceText(asked)}` : "";
  return `${endpoint(src, src_ip)} -> ${endpoint(dest, dest_ip)} ${service}${by}`;
}

/** `shop/web (203.0.113.7:80)`: the Service, and what the client asked for. */
function serviceText({ namespace, name, ip, port }: LogService): string {
  const address = ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
  return name === undefined ? address : `${namespace}/${name} (${address})`;
}

function endpoint(of: LogEndpoint | undefined, ip: string): string {
  return of?.pod_name === undefined ? ip : `${of.pod_namespace}/${of.pod_name}`;
}

/** The time of day of an ISO 8601 time, to the millisecond; the text itself if it is something else. */
function clock(timestamp: string): string {
  return /T([0-9:]{8}\.[0-9]{3})[0-9]*Z$/.exec(timestamp)?.[1] ?? printable(timestamp);
}
