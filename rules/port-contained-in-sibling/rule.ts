import { cover } from "../../src/analysis/cover/cover.js";
import { boxesOf } from "../../src/analysis/sets/region.js";
import type { Region } from "../../src/analysis/sets/region.js";
import type { PortMatch, Rule as PolicyRule } from "../../src/ir/policy.js";
import { removeItemFix } from "../../src/lint/fix/remove_item.js";
import { placeOf } from "../../src/lint/merge_by_span.js";
import type { Rule } from "../../src/lint/rule.js";
import type { Span } from "../../src/source/span.js";

export const portContainedInSibling: Rule = {
  name: "port-contained-in-sibling",
  meta: {
    summary: "other ports of the same rule already cover a port",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
    fixable: true,
  },
  check({ policies, redundant, sources }, report) {
    const gone = new Set(redundant.policies.map(({ policy }) => placeOf(policy.span)));
    const alreadyRedundant = new Set(redundant.rules.map(({ rule }) => placeOf(rule.span)));
    const found = new Map<string, Contained>();
    const rules = policies
      .filter(({ span }) => gone.size === 0 || !gone.has(placeOf(span)))
      .flatMap((policy) => policy.rules)
      .filter(({ span }) => alreadyRedundant.size === 0 || !alreadyRedundant.has(placeOf(span)));
    for (const rule of rules)
      if (rule.ports && rule.ports.length > 1)
        for (const [span, contained] of containedPorts(entriesOf(rule))) found.set(placeOf(span), contained);
    if (found.size === 0) return;
    // Through an alias or a sentence, one place may be a port of several rules: report it only if none needs it.
    const needed = new Set<string>();
    const files = new Set([...found.values()].map(({ span }) => span.file));
    for (const rule of rules) {
      if (!rule.ports?.some(({ span }) => files.has(span.file))) continue;
      const entries = entriesOf(rule);
      const contained = containedPorts(entries);
      for (const { span } of entries) if (!contained.has(span)) needed.add(placeOf(span));
    }
    for (const [place, { span, by }] of found) {
      if (needed.has(place)) continue;
      const fix = removeItemFix(sources, span, "remove the port");
      report({
        span,
        message: `this port has no effect in any possible cluster: ${othersMatch(by.length)} everything it matches`,
        notes: by.map((each, i) => ({ message: i === 0 ? "covered by" : "and", span: each })),
        help: "remove it, or narrow what covers it",
        ...(fix && { fix }),
      });
    }
  },
};

function othersMatch(count: number): string {
  return count === 1
    ? "another port of the rule already covers"
    : `${count} others of the rule together already cover`;
}

/** One entry of a list of ports. A named port in a tier stands for one port per protocol. */
interface PortEntry {
  readonly span: Span;
  readonly region: Region;
}

interface Contained {
  readonly span: Span;
  /** The entries that cover it. */
  readonly by: readonly Span[];
}

/** All ports of a rule have the same peers, so these are not compared. */
function entriesOf({ direction, subject, ports = [] }: PolicyRule): readonly PortEntry[] {
  const places = new Map<string, PortMatch[]>();
  for (const port of ports) {
    const place = placeOf(port.span);
    const group = places.get(place);
    if (group) group.push(port);
    else places.set(place, [port]);
  }
  return [...places.values()].map((group) => ({
    span: group[0]!.span,
    region: { direction, subject, ports: group },
  }));
}

/** From last to first, so that of two equal entries the later one is found. */
function containedPorts(entries: readonly PortEntry[]): ReadonlyMap<Span, Contained> {
  const kept = new Map(entries.map(({ span, region }) => [region, span] as const));
  const containing = (region: Region) => {
    const others = [...kept.keys()].filter((other) => other !== region);
    const result = others.length > 0 && boxesOf(region).length > 0 ? cover(region, others) : undefined;
    return result?.kind === "complete" ? result.by : undefined;
  };
  const found = [...entries]
    .reverse()
    .filter(({ region }) => containing(region) !== undefined && kept.delete(region));
  // Only now it is known which entries stay, and only those are named.
  return new Map(
    found.map(({ span, region }) => {
      return [span, { span, by: (containing(region) ?? []).map((other) => kept.get(other)!) }];
    }),
  );
}
