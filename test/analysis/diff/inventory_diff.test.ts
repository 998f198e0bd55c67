import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../../src/analysis/semantics/decide.js";
import { inventoryDiff } from "../../../src/analysis/diff/known/inventory_diff.js";
import type { InventoryDiff } from "../../../src/analysis/diff/known/inventory_diff.js";
import type { Member } from "../../../src/analysis/reachability/members.js";
import { selectsPod } from "../../../src/analysis/semantics/select.js";
import type { Inventory } from "../../../src/ir/inventory.js";
import type { Direction, PodMatch, Policy } from "../../../src/ir/policy.js";
import type { PortSet } from "../../../src/analysis/diff/port_sets.js";
import type { PortSpan } from "../../../src/analysis/sets/port_spans.js";
import { IPS, PODS, PORTS, PROTOCOL_PORTS } from "../flows.js";
import { endName, inventory } from "./known_cluster.js";
import { isListed, isOf, isOn } from "./listed_sets.js";
import { pairs } from "./pairs.js";

/** An end of a flow, as it is before and after. */
interface BothEnds {
  readonly before: Endpoint;
  readonly after: Endpoint;
  /** Of a known pod. */
  readonly name?: string;
}

type What = Pick<Flow, "protocol" | "port">;
type Sides = readonly [Inventory, Inventory];

const outside = fc.constantFrom(...IPS).map((ip) => (): BothEnds => {
  const end: Endpoint = { kind: "address", ip };
  return { before: end, after: end };
});

/** In a namespace that files describe, it has the labels that they give it. */
const unknown = fc
  .record({ pod: fc.constantFrom(...PODS), ip: fc.constantFrom(...IPS), ports: fc.constantFrom(...PORTS) })
  .map(({ pod: { namespace, labels }, ip, ports }) => ([was, is]: Sides): BothEnds => {
    const at = ({ namespaces }: Inventory): Endpoint => {
      const here = namespaces.find(({ name }) => name === namespace.name) ?? namespace;
      const pod = { namespace: here.name, name: "u", labels, ports };
      return { kind: "pod", pod, namespace: here, ip };
    };
    return { before: at(was), after: at(is) };
  });

const known = fc
  .tuple(fc.nat({ max: 3 }), fc.nat({ max: 1 }))
  .map(([pod, address]) => (sides: Sides): BothEnds => {
    const [before, after] = sides.map(({ pods, namespaces }): Endpoint => {
      const found = pods[pod]!;
      const namespace = namespaces.find(({ name }) => name === found.namespace)!;
      const ip = found.ips[address % (found.ips.length || 1)];
      return { kind: "pod", pod: found, namespace, ...(ip !== undefined && { ip }) };
    }) as [Endpoint, Endpoint];
    return { before, after, name: endName(sides[0].pods[pod]!, before.ip) };
  });

const flows = fc.array(
  fc.record({
    from: fc.oneof(known, known, unknown, outside),
    to: fc.oneof(known, known, unknown, outside),
    what: fc.constantFrom(...PROTOCOL_PORTS),
  }),
  { minLength: 120, maxLength: 120 },
);

function familiesMix(a: Endpoint, b: Endpoint): boolean {
  return a.ip !== undefined && b.ip !== undefined && a.ip.includes(":") !== b.ip.includes(":");
}

/** No policy tells the pod from the member, which is of its namespace. */
function isLike(member: Member, end: BothEnds, terms: readonly PodMatch[]): boolean {
  return [end.before, end.after].every((each, side) => {
    const { pod, namespace } = member.at[side]!;
    return (
      each.kind === "pod" &&
      each.namespace.name === namespace.name &&
      terms.every((term) => selectsPod(term, each.pod, each.namespace) === selectsPod(term, pod, namespace))
    );
  });
}

/** What the rules of one direction tell apart: the subjects of a change are told alike, whatever else tells them apart. */
function peersOf(policies: readonly Policy[], direction: Direction): readonly PodMatch[] {
  const rules = policies.flatMap((policy) => policy.rules.filter((rule) => rule.direction === direction));
  return rules.flatMap(({ peers = [] }) => peers.filter((peer) => peer.kind === "pods"));
}

/** The end, and the known pods that stand for it: of its namespace, and selected by the same terms. */
function standIns(
  end: BothEnds,
  members: readonly Member[],
  terms: readonly PodMatch[],
): readonly BothEnds[] {
  if (end.name !== undefined || end.before.kind !== "pod") return [end];
  const like = members.filter((member) => isLike(member, end, terms));
  return [
    end,
    ...like.map((member): BothEnds => {
      const [before, after] = member.at.map(({ pod, namespace, ip }): Endpoint => {
        return { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) };
      }) as [Endpoint, Endpoint];
      return { before, after, name: nameOf(member) };
    }),
  ];
}

function nameOf({ at }: Member): string {
  return endName(at[0]!.pod, at[0]!.ip);
}

function hasSameFacts({ before, after }: BothEnds): boolean {
  if (before.kind !== "pod" || after.kind !== "pod") return true;
  const facts = [before, after].map(({ pod, namespace }) => [
    pod.labels,
    pod.ports,
    pod.hostNetwork,
    namespace.labels,
  ]);
  return JSON.stringify(facts[0]) === JSON.stringify(facts[1]);
}

/** The flow is in a set, or its ends are named. */
function isTold(diff: InventoryDiff, kind: "opened" | "closed", from: BothEnds, to: BothEnds, what: What) {
  const at = kind === "opened" ? "after" : "before";
  const flow: Flow = { from: from[at], to: to[at], ...what };
  const onSpan = (spans: readonly PortSpan[]) =>
    spans.some((span) => span.protocol === flow.protocol && span.from <= flow.port && flow.port <= span.to);
  const on = (ports: readonly PortSet[]) => ports.some((set) => isOn(set, flow));
  const ends = (direction: "ingress" | "egress") =>
    direction === "ingress" ? ([to, from] as const) : ([from, to] as const);
  const workloads = diff.workloads.some(({ direction, subject, known, others, ...change }) => {
    const [own, far] = ends(direction);
    if (change.kind !== kind || own.name !== nameOf(subject)) return false;
    if (far.name !== undefined)
      return known?.members.some((each) => nameOf(each) === far.name) === true && onSpan(known.ports);
    return others?.ends.some((set) => isOf(set, far[at])) === true && on(others.ports);
  });
  const towards = diff.towards.some(({ direction, subjects, peer, ports, ...change }) => {
    const [own, far] = ends(direction);
    if (change.kind !== kind || own.name !== undefined || far.name !== nameOf(peer)) return false;
    return subjects.some((set) => isOf(set, own[at])) && on(ports);
  });
  const others = diff.otherSubjects.some((change) => {
    const [own] = ends(change.direction);
    return change.kind === kind && own.name === undefined && isListed(change, flow);
  });
  return workloads || towards || others;
}

/** The stand-in, which is listed, is the other end itself, or has addresses of another family. */
function cannotTalk(diff: InventoryDiff, kind: "opened" | "closed", from: BothEnds, to: BothEnds): boolean {
  return (
    (familiesMix(from.before, to.before) || from.name?.split("@")[0] === to.name?.split("@")[0]) &&
    diff.workloads.some((each) => each.kind === kind && [from.name, to.name].includes(nameOf(each.subject)))
  );
}

test("with pods, a flow is listed just when the reference semantics decides it differently, whichever ends are known", () => {
  const seen = { known: 0, unknown: 0, subjects: 0, stands: 0, same: 0 };
  fc.assert(
    fc.property(pairs, inventory, fc.option(inventory), flows, ({ before, after }, was, moved, makes) => {
      const is = moved
        ? {
            ...moved,
            pods: moved.pods.map((pod, i) => {
              const { ips, namespace } = was.pods[i]!;
              return { ...pod, ips, namespace, hostNetwork: i === 3 };
            }),
          }
        : was;
      const diff = inventoryDiff({ policies: before, inventory: was }, { policies: after, inventory: is });
      expect(diff.complete).toBe(true);
      const ingress = peersOf([...before, ...after], "ingress");
      const egress = peersOf([...before, ...after], "egress");
      for (const make of makes) {
        const [from, to] = [make.from([was, is]), make.to([was, is])];
        if (familiesMix(from.before, to.before)) continue;
        if (from.before.kind === "address" && to.before.kind === "address") continue;
        if (from.name !== undefined && from.name.split("@")[0] === to.name?.split("@")[0]) continue;
        const others = [from, to].filter(({ name }) => name !== undefined);
        const verdicts = [
          decide(before, { from: from.before, to: to.before, ...make.what }).verdict,
          decide(after, { from: from.after, to: to.after, ...make.what }).verdict,
        ];
        for (const kind of ["opened", "closed"] as const) {
          const changed = verdicts[0] !== verdicts[1] && verdicts[kind === "opened" ? 1 : 0] === "allow";
          const told = isTold(diff, kind, from, to, make.what);
          // Sets are of pods with the same labels before and after.
          const sure = [from, to].every(hasSameFacts) ? diff : { ...diff, otherSubjects: [] };
          if (isTold(sure, kind, from, to, make.what)) expect(changed).toBe(true);
          if (changed) {
            const isStoodFor = [
              [ingress, []],
              [[], egress],
            ].some(([ofFrom, ofTo]) =>
              standIns(from, diff.compared, ofFrom!).some((a) =>
                standIns(to, diff.compared, ofTo!).some(
                  (b) => isTold(diff, kind, a, b, make.what) || cannotTalk(diff, kind, a, b),
                ),
              ),
            );
            // To sets of addresses, one that is not known does not belong; pods that no file describes may have any.
            const isVague = others.length === 1 && others[0]!.before.ip === undefined;
            if (!isVague) expect(isStoodFor).toBe(true);
            seen[others.length === 2 ? "known" : others.length === 1 ? "unknown" : "subjects"]++;
            if (!told) seen.stands++;
          } else seen.same++;
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(seen.known).toBeGreaterThan(80);
  expect(seen.unknown).toBeGreaterThan(100);
  expect(seen.subjects).toBeGreaterThan(20);
  expect(seen.stands).toBeGreaterThan(0);
});
