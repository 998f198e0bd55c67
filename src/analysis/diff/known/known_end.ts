/** A known pod as the end of a flow, on one side: what is known of it is taken as it is there. */
import type { Direction, PodMatch, PortMatch, Requirement, Rule } from "../../../ir/policy.js";
import type { ContainerPort } from "../../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import { NO_SPAN } from "../../../source/span.js";
import type { Flow, PodEnd } from "../../semantics/decide.js";
import type { KnownPod } from "../../reachability/members.js";
import { portsOf } from "../../reachability/reach.js";
import type { SideRules } from "../../sides/policy_index.js";
import { flowAt } from "../flow_at.js";
import type { End } from "../flow_at.js";
import type { ClassOfPods } from "../meeting.js";
import type { PortPoint } from "../port_points.js";

/** All that policies may tell of it. */
export function told({ pod, namespace, ip }: KnownPod): object {
  const { labels, ports, hostNetwork } = pod;
  return { labels, ports, hostNetwork, ofNamespace: namespace.labels, ip: ip ?? "" };
}

export function endOf({ pod, namespace, ip }: KnownPod): PodEnd {
  return { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) };
}

/** The known end as it is on one side. */
export function knownFlow(direction: Direction, known: KnownPod, far: End, port: PortPoint): Flow {
  const { pod, namespace, ip } = known;
  const flow = flowAt(direction, { pod: { namespace, labels: pod.labels }, ip }, far, port);
  return direction === "ingress" ? { ...flow, to: endOf(known) } : { ...flow, from: endOf(known) };
}

/** The one pod, in its namespace with just its labels. */
export function classOf({ pod, namespace }: KnownPod): ClassOfPods {
  const requirement = ([key, value]: readonly [string, string]): Requirement => {
    return { key, operator: "In", values: [value], span: NO_SPAN };
  };
  const selector = (labels: Readonly<Record<string, string>>) => {
    return { requirements: Object.entries(labels).map(requirement), span: NO_SPAN };
  };
  const within: PodMatch = {
    kind: "pods",
    namespaces: {
      kind: "selector",
      selector: selector({ ...namespace.labels, [NAMESPACE_NAME_LABEL]: namespace.name }),
      span: NO_SPAN,
    },
    pods: selector(pod.labels),
    span: NO_SPAN,
  };
  return { pod: { namespace, labels: pod.labels }, matched: [], terms: [], within };
}

/** What port names mean where the known pod is the destination: the numbers that it gives them. */
export class NamesOf {
  private readonly known = new Map<Rule, Rule>();
  private readonly ports: readonly ContainerPort[] | undefined;

  constructor(direction: Direction, { pod }: KnownPod) {
    if (direction === "ingress") this.ports = portsOf(pod);
  }

  side({ admin, isolatedBy, allows, baseline }: SideRules): SideRules {
    const all = (rules: readonly Rule[]) => rules.map((rule) => this.of(rule));
    return { admin: all(admin), isolatedBy, allows: all(allows), baseline: all(baseline) };
  }

  of(rule: Rule): Rule {
    if (!this.ports || !rule.ports?.some(({ kind }) => kind === "named")) return rule;
    let found = this.known.get(rule);
    if (!found) {
      const ports = rule.ports.flatMap((port) => this.numbers(port));
      this.known.set(rule, (found = { ...rule, ports }));
    }
    return found;
  }

  private numbers(match: PortMatch): readonly PortMatch[] {
    if (match.kind === "range") return [match];
    const { protocol, name, span } = match;
    const port = this.ports!.find((each) => each.name === name && each.protocol === protocol)?.port;
    return port === undefined ? [] : [{ kind: "range", protocol, from: port, to: port, span }];
  }
}
