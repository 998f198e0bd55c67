/**
 * Compares the connections of the pods that two clusters share: those denied before and allowed after, and the reverse.
 * Exact for these pods, and between them and all addresses that no pod has.
 *
 * A connection is reported for the end whose side changed: the destination if its ingress did, otherwise the source.
 */
import type { Direction, PodMatch } from "../../../ir/policy.js";
import { decide } from "../../semantics/decide.js";
import type { Decision, Endpoint, Flow } from "../../semantics/decide.js";
import { KnownPorts } from "../../reachability/known_ports.js";
import type { PortSpan } from "../../sets/port_spans.js";
import { membersOf } from "../../reachability/members.js";
import type { KnownCluster, KnownPod, Member } from "../../reachability/members.js";
import { Reach } from "../../reachability/reach.js";
import { selectsPod } from "../../semantics/select.js";
import type { ChangeKind } from "../own_side.js";
import { changedPolicies, changedSubjects, saysTheSame } from "../changed_subjects.js";
import { portFor } from "../flow_at.js";
import { OtherEndMembers } from "../ends/other_end_members.js";
import { changedPeersOf } from "./known_peers.js";
import type { ChangedPeers } from "./known_peers.js";
import { endOf, told } from "./known_end.js";
import { changesWithOthers } from "./known_others.js";
import type { ChangesWithOthers, ChangeWithOthers } from "./known_others.js";
import { OtherSubjects } from "./other_subjects.js";
import type { ChangeTowards } from "./other_subjects.js";
import type { KnownSides } from "./known_sides.js";
import { outsideAddress } from "../witness_address.js";

/** What changed for one member and those peers of it for which the same rules decide. */
export interface KnownChange extends Pick<ChangedPeers, "kind" | "direction" | "addresses"> {
  readonly subject: Member;
  /** By name. */
  readonly members: readonly Member[];
  readonly ports: readonly PortSpan[];
  /** One flow; labels and addresses of its ends may have changed too. */
  readonly witness: { readonly before: Flow; readonly after: Flow };
  /** The reference semantics' decision for the witness. The side of `direction` changed. */
  readonly before: Decision;
  readonly after: Decision;
}

export interface KnownDiff {
  readonly opened: readonly KnownChange[];
  readonly closed: readonly KnownChange[];
  /** What changed between known pods and ends that no file describes. */
  readonly withOthers: readonly ChangeWithOthers[];
  /** What changed between known pods of which something else is known now, and subjects that no file describes. */
  readonly towards: readonly ChangeTowards[];
  /** Of both all are listed. */
  readonly complete: boolean;
  /** The pods that were compared, those together that no policy can tell apart. */
  readonly compared: readonly Member[];
  /** Workloads and pods that are on the host network in one of the clusters only. */
  readonly moved: Record<"onto" | "off", readonly string[]>;
  /** Workloads and pods that only one cluster has, as `NAMESPACE/NAME`. They are not compared. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const DIRECTIONS = ["ingress", "egress"] as const;

/** @param limit the most classes of ends that no file describes, for one pod */
export function knownDiff(before: KnownCluster, after: KnownCluster, limit = 65536): KnownDiff {
  const { members, others } = membersOf([before, after]);
  const pods = [0, 1].map((side) => members.map(({ at }) => at[side]!)) as [KnownPod[], KnownPod[]];
  const ports = new KnownPorts(
    [before, after].flatMap(({ policies }) => policies.flatMap(({ rules }) => rules)),
    pods.flat().map(({ pod }) => pod.ports),
  );
  const sides: KnownSides = {
    members,
    before: new Reach(before.policies, pods[0], ports),
    after: new Reach(after.policies, pods[1], ports),
    ports,
  };
  const changed = members.filter(({ at: [was, is] }) => !saysTheSame(told(was!), told(is!)));
  const concerned = concernedMembers(before, after, members, changed.length > 0);
  const withOthers: ChangesWithOthers[] = [];
  const changes = DIRECTIONS.flatMap((direction) => {
    const far = new OtherEndMembers(direction, sides);
    return concerned(direction).flatMap((member) => {
      withOthers.push(changesWithOthers(direction, member, sides, limit));
      return changedPeersOf(direction, member, sides, far).map((change) => describe(change, sides));
    });
  });
  const towards = DIRECTIONS.flatMap((direction) => {
    const subjects = new OtherSubjects(direction, sides, limit);
    return changed.map((member) => subjects.changesTowards(member));
  });
  const ofKind = (kind: ChangeKind) => changes.filter((change) => change.kind === kind);
  return {
    opened: ofKind("opened"),
    closed: ofKind("closed"),
    withOthers: withOthers.flatMap((each) => each.changes),
    towards: towards.flatMap((each) => each.changes),
    complete: [...withOthers, ...towards].every(({ complete }) => complete),
    compared: members,
    moved: { onto: namesWhere(members, 1), off: namesWhere(members, 0) },
    removed: others[0]!,
    added: others[1]!,
  };
}

/** Those that are on the host network in this cluster. */
function namesWhere(members: readonly Member[], side: number): readonly string[] {
  return [...new Set(members.filter(({ at }) => at[side]!.pod.hostNetwork).map(({ name }) => name))];
}

/** The members that the policies may cover differently; all of them if what is known of the pods changed. */
function concernedMembers(
  before: KnownCluster,
  after: KnownCluster,
  members: readonly Member[],
  podsChanged: boolean,
): (direction: Direction) => readonly number[] {
  const all = [...members.keys()];
  if (podsChanged) return () => all;
  const changed = changedPolicies(before.policies, after.policies);
  return (direction) => {
    const subjects = byNamespace(changedSubjects(changed, direction));
    return all.filter((member) => {
      const { pod, namespace } = members[member]!.at[0]!;
      return subjects(namespace.name).some((subject) => selectsPod(subject, pod, namespace));
    });
  };
}

/** The subjects that may be of pods in a namespace. */
function byNamespace(subjects: readonly PodMatch[]): (namespace: string) => readonly PodMatch[] {
  const named = new Map<string, PodMatch[]>();
  const anywhere: PodMatch[] = [];
  for (const subject of subjects) {
    const { namespaces } = subject;
    if (namespaces.kind === "selector") anywhere.push(subject);
    else if (named.has(namespaces.name)) named.get(namespaces.name)!.push(subject);
    else named.set(namespaces.name, [subject]);
  }
  return (namespace) => [...(named.get(namespace) ?? []), ...anywhere];
}

function describe(change: ChangedPeers, sides: KnownSides): KnownChange {
  const { kind, direction, subject, addresses } = change;
  const members = [...Uint32Array.from(change.members).sort()].map((each) => sides.members[each]!);
  const ports = sides.ports.spans(change.ports);
  const member = sides.members[subject]!;
  const shown = members.find((each) => each !== member) ?? members[0];
  const flows = [0, 1].map((side): Flow => {
    const own = endOf(member.at[side]!);
    const peer = shown?.at[side];
    const far: Endpoint = peer ? endOf(peer) : { kind: "address", ip: outsideAddress([addresses[0]!]) };
    const [from, to] = direction === "ingress" ? [far, own] : [own, far];
    return { from, to, protocol: ports[0]!.protocol, port: portFor(ports[0]!) };
  }) as [Flow, Flow];
  const before = decide(sides.before.index.concerning(flows[0]), flows[0]);
  const after = decide(sides.after.index.concerning(flows[1]), flows[1]);
  const [was, is] = kind === "opened" ? (["deny", "allow"] as const) : (["allow", "deny"] as const);
  if (before.verdict !== was || after.verdict !== is)
    throw new Error("the diff and the reference semantics disagree");
  const witness = { before: flows[0], after: flows[1] };
  return { kind, direction, subject: member, members, addresses, ports, witness, before, after };
}
