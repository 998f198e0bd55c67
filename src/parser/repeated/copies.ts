/** Objects as a document of the same form has them: with another name and namespace, and in other places. */
import type { Pod, Service } from "../../ir/inventory.js";
import type {
  LabelSelector,
  NamespaceMatch,
  NetworkPolicy,
  Peer,
  PodMatch,
  PortMatch,
  Rule,
} from "../../ir/policy.js";
import { policyName } from "../../ir/policy_name.js";
import type { Access } from "../kubernetes/makers/access.js";
import type { Observation } from "../parsed_file.js";
import type { DocumentForm } from "./document_form.js";
import { Placement } from "./document_form.js";

export class Copier {
  private readonly placement: Placement;

  constructor(
    file: string,
    from: DocumentForm,
    private readonly to: DocumentForm,
  ) {
    this.placement = new Placement(file, from, to);
  }

  policy(policy: NetworkPolicy): NetworkPolicy {
    const subject = this.podMatch(policy.subject, this.ownNamespace(policy.subject.namespaces));
    const rules = policy.rules.map((rule) => this.rule(rule, subject));
    return { ...policy, ...this.names(policy), subject, rules, span: this.placement.span(policy.span) };
  }

  observation(observation: Observation, policy: NetworkPolicy): Observation {
    const { span, edits } = observation;
    return {
      ...observation,
      span: this.placement.span(span),
      policy: policyName(policy),
      ...(edits && {
        edits: edits.map((edit) => ({ span: this.placement.span(edit.span), text: edit.text })),
      }),
    };
  }

  pod(pod: Pod): Pod {
    return {
      ...pod,
      ...this.names(pod),
      workload: { kind: pod.workload!.kind, name: this.to.name },
      span: this.placement.span(pod.span),
    };
  }

  access(access: Extract<Access, { readonly as: "use" }>): Access {
    const { name, namespace = access.namespace } = this.to;
    return { ...access, name, namespace, span: this.placement.span(access.span) };
  }

  service(service: Service): Service {
    return {
      ...service,
      ...this.names(service),
      ports: service.ports.map((port) => ({ ...port, span: this.placement.span(port.span!) })),
      span: this.placement.span(service.span),
    };
  }

  private names({ namespace }: { readonly namespace: string }): { name: string; namespace: string } {
    return { name: this.to.name, namespace: this.to.namespace ?? namespace };
  }

  private rule({ direction, action, peers, ports, logged, span }: Rule, subject: PodMatch): Rule {
    return {
      direction,
      action,
      subject,
      ...(peers && { peers: peers.map((peer) => this.peer(peer)) }),
      ...(ports && { ports: ports.map((port) => this.port(port)) }),
      logged,
      span: this.placement.span(span),
    };
  }

  private port(port: PortMatch): PortMatch {
    const { kind, protocol } = port;
    const span = this.placement.span(port.span);
    return kind === "range"
      ? { kind, protocol, from: port.from, to: port.to, span }
      : { kind, protocol, name: port.name, span };
  }

  private peer(peer: Peer): Peer {
    if (peer.kind === "block") {
      const cidr = { text: peer.cidr.text, span: this.placement.span(peer.cidr.span) };
      const except = peer.except.map(({ text, span }) => ({ text, span: this.placement.span(span) }));
      return { kind: "block", cidr, except, span: this.placement.span(peer.span) };
    }
    const { namespaces, span } = peer;
    // A peer without a selector of namespaces has the policy's own, at its place.
    const isOwn =
      namespaces.kind === "name" && namespaces.span.start === span.start && namespaces.span.end === span.end;
    return this.podMatch(peer, isOwn ? this.ownNamespace(namespaces) : this.namespaces(namespaces));
  }

  private podMatch({ pods, span }: PodMatch, namespaces: NamespaceMatch): PodMatch {
    return { kind: "pods", namespaces, pods: this.selector(pods), span: this.placement.span(span) };
  }

  private ownNamespace(match: NamespaceMatch): NamespaceMatch {
    const span = this.placement.span(match.span);
    return match.kind === "name" ? { ...match, name: this.to.namespace ?? match.name, span } : match;
  }

  private namespaces(match: NamespaceMatch): NamespaceMatch {
    const span = this.placement.span(match.span);
    return match.kind === "name"
      ? { kind: "name", name: match.name, span }
      : { kind: "selector", selector: this.selector(match.selector), span };
  }

  private selector({ requirements, span }: LabelSelector): LabelSelector {
    return {
      requirements: requirements.map((each) => ({
        key: each.key,
        operator: each.operator,
        values: each.values,
        span: this.placement.span(each.span),
      })),
      span: this.placement.span(span),
    };
  }
}
