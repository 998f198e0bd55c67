/**
 * A universe that is small enough to look at all of it: matches, and every pod, address and port that they can tell apart.
 */
import type { Flow } from "../../src/analysis/semantics/decide.js";
import type { Labels, Namespace } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type {
  BlockMatch,
  Direction,
  LabelSelector,
  NamespaceMatch,
  Peer,
  PodMatch,
  PortMatch,
  Requirement,
} from "../../src/ir/policy.js";
import { NO_SPAN } from "../../src/source/span.js";

const span = NO_SPAN;

export interface UniversePod {
  readonly namespace: Pick<Namespace, "name" | "labels">;
  readonly labels: Labels;
}

/**
 * Each label is absent, one of the values that matches name, or another one. No match names the namespaces v and z: they
 * are two, since the ends of a flow may be in namespaces whose labels differ.
 */
export const PODS: readonly UniversePod[] = ["x", "y", "z", "v"].flatMap((name) =>
  [undefined, "a", "z"].flatMap((env) => {
    const namespace = { name, labels: { [NAMESPACE_NAME_LABEL]: name, ...(env && { env }) } };
    return [undefined, "a", "b", "z"].flatMap((k) =>
      [undefined, "a", "b", "z"].map((l) => ({ namespace, labels: { ...(k && { k }), ...(l && { l }) } })),
    );
  }),
);

/** One of each eighth of IPv4, and of each half of IPv6. */
export const ADDRESSES = [...Array.from({ length: 8 }, (_, i) => `${i * 32}.0.0.1`), "::1", "8000::1"];

export interface UniversePort extends Pick<Flow, "protocol" | "port"> {
  /** What the destination, if it is a pod, calls the port. */
  readonly names: readonly string[];
}

export const PORTS: readonly UniversePort[] = [
  { protocol: "other", port: 0, names: [] },
  { protocol: "SCTP", port: 1, names: [] },
  ...(["TCP", "UDP"] as const).flatMap((protocol) => [
    { protocol, port: 0, names: [] },
    ...[1, 2, 3, 4, 65535].flatMap((port) =>
      [[], ["web"], ["dns"], ["dns", "web"]].map((names) => ({ protocol, port, names })),
    ),
  ]),
];

function requirement(key: string, operator: Requirement["operator"], ...values: string[]): Requirement {
  return { key, operator, values, span };
}

function selector(...requirements: readonly Requirement[]): LabelSelector {
  return { requirements, span };
}

const NAMESPACES: readonly NamespaceMatch[] = [
  { kind: "name", name: "x", span },
  { kind: "name", name: "y", span },
  ...[
    selector(),
    selector(requirement("env", "In", "a")),
    selector(requirement("env", "NotIn", "a")),
    selector(requirement("env", "Exists")),
    selector(requirement("env", "DoesNotExist")),
    selector(requirement(NAMESPACE_NAME_LABEL, "In", "x", "y")),
    selector(requirement(NAMESPACE_NAME_LABEL, "NotIn", "x")),
    selector(requirement("env", "In", "a"), requirement(NAMESPACE_NAME_LABEL, "In", "x")),
  ].map((each) => ({ kind: "selector" as const, selector: each, span })),
];

const OF_PODS: readonly LabelSelector[] = [
  selector(),
  selector(requirement("k", "In", "a")),
  selector(requirement("k", "In", "b")),
  selector(requirement("k", "In", "a", "b")),
  selector(requirement("k", "NotIn", "a")),
  selector(requirement("k", "NotIn", "a", "b")),
  selector(requirement("k", "Exists")),
  selector(requirement("k", "DoesNotExist")),
  selector(requirement("l", "In", "a")),
  selector(requirement("l", "NotIn", "a")),
  selector(requirement("k", "In", "a"), requirement("l", "In", "a")),
  selector(requirement("k", "In", "a", "b"), requirement("l", "NotIn", "b")),
  selector(requirement("k", "NotIn", "b"), requirement("l", "Exists")),
  selector(requirement("k", "In", "a"), requirement("k", "NotIn", "a")),
];

/** By namespaces first: those of namespace x are the first ones. */
export const POD_MATCHES: readonly PodMatch[] = NAMESPACES.flatMap((namespaces) =>
  OF_PODS.map((pods): PodMatch => ({ kind: "pods", namespaces, pods, span })),
);

export const OF_NAMESPACE_X = OF_PODS.length;

/** Every aligned block of at least an eighth of IPv4 or a half of IPv6, with up to two smaller ones left out. */
export const BLOCKS: readonly BlockMatch[] = [0, 1, 2, 3]
  .flatMap((prefix) =>
    Array.from({ length: 2 ** prefix }, (_, i) => ({
      prefix,
      text: `${i * 2 ** (8 - prefix)}.0.0.0/${prefix}`,
    })),
  )
  .concat([0, 1].map((i) => ({ prefix: 1, text: `${i === 0 ? "" : "8000"}::/1` })))
  .concat({ prefix: 0, text: "::/0" })
  .flatMap(({ prefix, text }, _, all) => {
    const smaller = all
      .filter((other) => other.prefix > prefix && isWithin(other.text, text))
      .map((each) => each.text);
    const pairs = smaller.flatMap((a, i) => smaller.slice(i + 1).map((b) => [a, b]));
    return [[], ...smaller.map((a) => [a]), ...pairs].map((excepts): BlockMatch => ({
      kind: "block",
      cidr: { text, span },
      except: excepts.map((except) => ({ text: except, span })),
      span,
    }));
  });

/** By the first byte, or half, of the smaller one. */
function isWithin(small: string, large: string): boolean {
  if (small.includes(":") !== large.includes(":")) return false;
  if (small.includes(":")) return true;
  const [from, prefix] = [Number.parseInt(large), Number(large.split("/")[1])];
  return from <= Number.parseInt(small) && Number.parseInt(small) < from + 2 ** (8 - prefix);
}

export const PORT_MATCHES: readonly PortMatch[] = (["TCP", "UDP"] as const).flatMap((protocol) => [
  ...[0, 1, 2, 3, 65535].flatMap((from, i, bounds) =>
    bounds.slice(i).map((to): PortMatch => ({ kind: "range", protocol, from, to, span })),
  ),
  ...["dns", "web"].map((name): PortMatch => ({ kind: "named", protocol, name, span })),
]);

/** A region of matches of this universe. */
export interface SmallRegion {
  readonly direction: Direction;
  readonly subject: PodMatch;
  readonly peers?: readonly Peer[];
  readonly ports?: readonly PortMatch[];
}
