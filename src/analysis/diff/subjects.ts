/** The subjects of a change, told apart by what the rules of the other ends ask for. */
import type { Family } from "../../ir/address.js";
import type { BlockMatch, PodMatch, Rule } from "../../ir/policy.js";
import { podClasses } from "../sets/classes.js";
import { blockClasses } from "../sets/intervals.js";
import { podsIntersect } from "../sets/pod_conditions.js";
import { contentOf, distinct } from "../sides/content.js";
import { describeEnds } from "./ends/describe_ends.js";
import type { EndSpace } from "./ends/describe_ends.js";
import { EVERY_ADDRESS } from "./ends/end_classes.js";
import type { EndSet } from "./ends/end_set.js";
import type { ClassOfPods } from "./meeting.js";
import { podAddress } from "./witness_address.js";

export interface Subjects {
  /** Their classes by these matches, none of them contradictory, and these blocks; undefined: too many. */
  classes(matches: readonly PodMatch[], blocks: readonly BlockMatch[]): SubjectClasses | undefined;
  /** What a rule of the other end means by its ports. */
  ports(rule: Rule): Pick<Rule, "ports">;
}

export interface SubjectClasses {
  readonly rows: readonly SubjectRow[];
  /** The sets that these rows, with the chosen addresses of each, make up. */
  describe(chosen: ReadonlyMap<SubjectRow, bigint>): readonly EndSet[];
}

export interface SubjectRow {
  readonly pods: ClassOfPods;
  /** The matches that select them, by content. */
  readonly matched: ReadonlySet<string>;
  readonly addresses: readonly SubjectAddress[];
}

/** A class of addresses of a subject. */
export interface SubjectAddress {
  /** undefined: of either. */
  readonly family: Family | undefined;
  /** The blocks that hold it, by content. */
  readonly matched: ReadonlySet<string>;
  readonly ip: string | undefined;
}

/** Pods of any cluster. */
export function anySubjects(sets: readonly EndSet[], limit: number): Subjects {
  return {
    ports: (rule) => rule,
    classes(matches, blocks) {
      const parts = sets.map((set) => partOf(set, matches, blocks, limit));
      if (parts.some((part) => part === undefined)) return undefined;
      return {
        rows: parts.flatMap((part) => part!.rows),
        describe: (chosen) => parts.flatMap((part) => part!.describe(chosen)),
      };
    },
  };
}

function partOf(
  set: EndSet,
  matches: readonly PodMatch[],
  blocks: readonly BlockMatch[],
  limit: number,
): SubjectClasses | undefined {
  const within = set.pods!;
  const terms = distinct([...set.except, ...matches.filter((each) => podsIntersect(each, within))]);
  const found = podClasses(terms, { within, limit });
  if (found.truncated) return undefined;
  const refused = set.except.length;
  const classes = found.classes.filter(({ matched }) => !matched.some((term) => term < refused));
  const ranges = blocks.length > 0 ? blockClasses(blocks) : [EVERY_ADDRESS];
  const addresses = ranges.map((each): SubjectAddress => {
    if (blocks.length === 0) return ANY_ADDRESS;
    const matched = new Set(each.matched.map((index) => contentOf(blocks[index]!)));
    return { family: each.family, matched, ip: podAddress([each]) };
  });
  const rows = classes.map((pod): SubjectRow => {
    const { matched } = pod;
    return {
      pods: { pod, matched, terms, within },
      matched: new Set(matched.map((term) => contentOf(terms[term]!))),
      addresses,
    };
  });
  const space: EndSpace = { terms, classes, outside: false, within, addresses: ranges };
  return {
    rows,
    describe(chosen) {
      const bits = rows.map((row) => chosen.get(row) ?? 0n);
      return describeEnds(space, bits).map((each) => ({
        ...each,
        except: distinct([...set.except.filter((other) => podsIntersect(each.pods!, other)), ...each.except]),
      }));
    },
  };
}

const ANY_ADDRESS: SubjectAddress = { family: undefined, matched: new Set(), ip: undefined };
