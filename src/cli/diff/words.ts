/** Peers and ports of a diff in words. */
import type { PortSet } from "../../analysis/diff/port_sets.js";
import type { DiffEntry } from "../../analysis/diff/report.js";
import { joinedSpans } from "../../analysis/sets/port_spans.js";
import type { PortSpan } from "../../analysis/sets/port_spans.js";

/** Such as "TCP 80,443-445, UDP 53", "every port but TCP 22", `TCP 80 unless it is named "web"`. */
export function portsText(ports: readonly (PortSpan | PortSet)[]): string {
  const plain: PortSpan[] = [];
  const named = new Map<string, PortSpan[]>();
  for (const port of ports) {
    const { names, unless } = namesOf(port);
    if (names.length + unless.length === 0) plain.push(port);
    else {
      const key = JSON.stringify([names, unless]);
      named.set(key, [...(named.get(key) ?? []), port]);
    }
  }
  const others = [...named].flatMap(([key, spans]) => {
    const [names, unless] = JSON.parse(key) as [readonly string[], readonly string[]];
    return joined(spans).map((span) => namedText(span, names, unless));
  });
  return [...(plain.length > 0 ? [plainText(joined(plain))] : []), ...others].join(", ");
}

function namedText(span: PortSpan, names: readonly string[], unless: readonly string[]): string {
  const quoted = (list: readonly string[], word: string) => list.map((each) => `"${each}"`).join(` ${word} `);
  const not = unless.length > 0 ? ` unless named ${quoted(unless, "or")}` : "";
  if (names.length === 0) return `${spansText([span])}${not}`;
  const own = quoted(names, "and");
  return `${isWhole(span) ? `${span.protocol} port ${own}` : `${spansText([span])} named ${own}`}${not}`;
}

const EVERY: readonly PortSpan[] = [
  { protocol: "TCP", from: 0, to: 65535 },
  { protocol: "UDP", from: 0, to: 65535 },
  { protocol: "SCTP", from: 0, to: 65535 },
  { protocol: "other", from: 0, to: 0 },
];

function plainText(spans: readonly PortSpan[]): string {
  const others = complement(spans);
  if (others.length === 0) return "every port";
  return others.length < spans.length ? `every port but ${spansText(others)}` : spansText(spans);
}

function complement(spans: readonly PortSpan[]): readonly PortSpan[] {
  return EVERY.flatMap(({ protocol, from, to }) => {
    const gaps: PortSpan[] = [];
    let at = from;
    for (const span of spans.filter((each) => each.protocol === protocol)) {
      if (span.from > at) gaps.push({ protocol, from: at, to: span.from - 1 });
      at = span.to + 1;
    }
    return at <= to ? [...gaps, { protocol, from: at, to }] : gaps;
  });
}

function spansText(spans: readonly PortSpan[]): string {
  const texts = EVERY.flatMap(({ protocol }) => {
    const own = spans.filter((span) => span.protocol === protocol);
    if (own.length === 0) return [];
    if (protocol === "other") return ["ICMP and the like"];
    if (isWhole(own[0]!)) return [`every ${protocol} port`];
    const ranges = own.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
    return [`${protocol} ${ranges.join(",")}`];
  });
  return texts.join(", ");
}

function namesOf(port: PortSpan | PortSet): Pick<PortSet, "names" | "unless"> {
  return "names" in port ? port : { names: [], unless: [] };
}

/** Sorted, with adjacent spans merged. */
function joined(spans: readonly PortSpan[]): readonly PortSpan[] {
  const order = EVERY.map(({ protocol }) => protocol);
  const sorted = [...spans].sort(
    (a, b) => order.indexOf(a.protocol) - order.indexOf(b.protocol) || a.from - b.from,
  );
  return joinedSpans(sorted);
}

function isWhole({ protocol, from, to }: PortSpan): boolean {
  return protocol === "other" || (from === 0 && to === 65535);
}

/** The most peers, and policies of a reason, that are named. */
export const NAMED = 4;

/** With this many sets, a few of them show what changed. */
const SETS_NAMED = 12;

export function peersText({
  peers,
  except,
  peerSets,
}: Pick<DiffEntry, "peers" | "except" | "peerSets">): string {
  const most = peerSets.length > 0 ? SETS_NAMED : NAMED;
  const but = except.length > 0 ? ` but ${listText(except, most)}` : "";
  return `${listText(peers, most)}${but}`;
}

/** The first few, and how many more. */
export function listText(items: readonly string[], most: number): string {
  if (items.length <= most + 1) return items.join(", ");
  return `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}
