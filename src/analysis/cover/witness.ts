/** The flow that shows what a cover leaves open. */
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Endpoint, Flow } from "../semantics/decide.js";
import { matches } from "../semantics/decide.js";
import type { PeerPoint } from "./peer_points.js";
import type { OpenPort } from "./port_cover.js";
import type { Box } from "../sets/region.js";
import { NO_SPAN } from "../../source/span.js";
import type { PodPoint } from "./world.js";

type Sort = PodPoint["namespace"];

export interface OpenEnds {
  readonly subject: PodPoint;
  readonly peer: PeerPoint;
  readonly port: OpenPort;
}

/**
 * A flow in the box and in none of the others. Each end was chosen by itself, but in one cluster a namespace has its
 * labels once: undefined if the two ends are of one namespace whose labels cannot be what both were chosen for.
 */
export function witnessOf(box: Box, others: readonly Box[], ends: OpenEnds): (() => Flow) | undefined {
  const { subject, peer } = ends;
  if (!peer.pod || !isOneOfTwoSorts(subject, peer.pod)) return () => flowOf(box, ends);
  for (const [own, far] of possibleNamespaces(subject.namespace, peer.pod.namespace)) {
    const flow = flowOf(box, {
      subject: inNamespace(subject, own),
      peer: { pod: inNamespace(peer.pod, far), ip: peer.ip, holding: peer.holding },
      port: ends.port,
    });
    if (holds(box, flow) && !others.some((other) => holds(other, flow))) return () => flow;
  }
  return undefined;
}

/** Written out, since a spread of a point with getters costs more than all the rest. */
function inNamespace({ matched, name, labels, ips, ports }: PodPoint, namespace: Sort): PodPoint {
  return { matched, namespace, name, labels, ips, ports };
}

/** One that is what both are, or two of which one has another name. */
function* possibleNamespaces(own: Sort, far: Sort): Generator<readonly [Sort, Sort]> {
  const both = { ...own, labels: { ...own.labels, ...far.labels } };
  yield [both, both];
  yield [own, renamed(far)];
  yield [renamed(own), far];
}

function renamed({ labels }: Sort): Sort {
  const name = "another";
  return { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name } };
}

function isOneOfTwoSorts({ namespace: a }: PodPoint, { namespace: b }: PodPoint): boolean {
  if (a === b || a.name !== b.name) return false;
  return isOther(a.labels, b.labels) || isOther(b.labels, a.labels);
}

function isOther(labels: Sort["labels"], others: Sort["labels"]): boolean {
  for (const key in labels) if (labels[key] !== others[key]) return true;
  return false;
}

function holds({ direction, subject, peer, port }: Box, flow: Flow): boolean {
  const rule = {
    direction,
    action: "allow",
    subject,
    ...(peer && { peers: [peer] }),
    ...(port && { ports: [port] }),
    logged: false,
    span: NO_SPAN,
  } as const;
  return matches(rule, flow);
}

export function flowOf(box: Box, { subject, peer, port: open }: OpenEnds): Flow {
  const named =
    open.name === undefined || open.protocol === "other"
      ? []
      : [{ name: open.name, port: open.port, protocol: open.protocol }];
  const end = (pod: PodPoint, ip: string | undefined, ports: typeof named): Endpoint => ({
    kind: "pod",
    pod: { namespace: pod.namespace.name, name: pod.name, labels: pod.labels, ports: pod.ports ?? ports },
    namespace: pod.namespace,
    ...(ip !== undefined && { ip }),
  });
  const ingress = box.direction === "ingress";
  const own = end(subject, subject.ips?.[0], ingress ? named : []);
  const far: Endpoint = peer.pod
    ? end(peer.pod, peer.ip, ingress ? [] : named)
    : { kind: "address", ip: peer.ip! };
  const [from, to] = ingress ? [far, own] : [own, far];
  return { from, to, protocol: open.protocol, port: open.port };
}
