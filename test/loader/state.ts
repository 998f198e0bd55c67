/** States for the tests of polc-loader, as bytes: what src/state/loader_state.ts describes. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Objects } from "./harness.js";

/** The bytes of little-endian 32-bit words, as a state wants them. */
export function words(...values: number[]): string {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, 4 * i));
  return bytes.toString("base64");
}

export const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

export const SUBJECT_NONE = 0xffffffff;
export const ADDRESS_ABSENT = 0xffffffff;

export interface StatePod {
  readonly name: string;
  readonly interface: string;
  readonly subject: number | null;
  readonly addresses: readonly string[];
  readonly sources: readonly string[];
}

export interface Sizes {
  readonly established: number;
  readonly half_open: number;
  readonly fragments: number;
  readonly events_bytes: number;
  readonly subjects: number;
  readonly classes: number;
  readonly steps: number;
  readonly blocks: number;
  readonly addresses: number;
}

export interface State {
  readonly [field: string]: unknown;
  readonly generation: number;
}

/** What a pod's policies deny. */
export type Verdicts = "allow" | "deny from" | "deny to" | "deny";
export const VERDICTS: readonly Verdicts[] = ["allow", "deny from", "deny to", "deny"];

/** Two generations that differ for every pod of four: a mix of them would show in what a probe says arrives. */
export const OLD: readonly (Verdicts | undefined)[] = ["deny from", undefined, "deny", undefined];
export const NEW: readonly (Verdicts | undefined)[] = ["deny to", "deny", undefined, "deny to"];
export const OLD_ARRIVES = "01 11 00 11";
export const NEW_ARRIVES = "10 00 11 10";

export const SIZES: Sizes = {
  established: 256,
  half_open: 256,
  fragments: 256,
  events_bytes: 1 << 16,
  subjects: 8,
  classes: 4,
  steps: 16,
  blocks: 4,
  addresses: 16,
};

export const SETTINGS = {
  ipv6: true,
  audit: false,
  log_allowed: false,
  log_denied: true,
  log_dropped: false,
  deny_events_per_second: 0,
  allow_events_per_second: 0,
};

/** Steps 1 and 2 allow and deny by rule 9; step 0 is the loader's, and denies. */
const STEPS = [{ at: 1, values: words(0, (9 << 2) | 1, 0, 9 << 2) }];
const ALLOW = 1 << 5;
const DENY = 2 << 5;

/** The row that says so for every class. */
export const rowOf = (verdicts: Verdicts): number[] => [
  verdicts === "allow" || verdicts === "deny to" ? ALLOW : DENY,
  verdicts === "allow" || verdicts === "deny from" ? ALLOW : DENY,
];

export const pod = (i: number, subject: number | null, more: Partial<StatePod> = {}): StatePod => ({
  name: `test/pod${i}`,
  interface: `pod${i}`,
  subject,
  addresses: [`10.99.${i}.2`],
  sources: [],
  ...more,
});

/** A block table of one entry: every address has class 0. */
const NO_BLOCKS = { blocks4: words(0, 0), blocks6: words(0, 0, 0, 0, 0, 0) };

const pods = (of: readonly (Verdicts | null | undefined)[]): StatePod[] =>
  of.flatMap((verdicts, i) =>
    verdicts === undefined ? [] : [pod(i, verdicts === null ? null : VERDICTS.indexOf(verdicts))],
  );

/**
 * A whole state whose pod i has the verdicts given for it; null: no policy selects it; undefined: it is not of the node.
 * Subject i is VERDICTS[i], and profile 70 + i.
 */
export function state(
  objects: Objects,
  generation: number,
  of: readonly (Verdicts | null | undefined)[],
  more: object = {},
): State {
  return {
    version: 2,
    kind: "whole",
    generation,
    revokes: true,
    shell: objects.fixed,
    shell_sha256: sha256(objects.fixed),
    sizes: SIZES,
    settings: SETTINGS,
    subjects: words(...VERDICTS.flatMap((_, i) => [i, 70 + i])),
    addresses4: "",
    addresses6: "",
    ...NO_BLOCKS,
    steps: STEPS,
    rows: VERDICTS.map((verdicts, subject) => ({
      subject,
      at: 0,
      values: words(...Array.from({ length: SIZES.classes }, () => rowOf(verdicts)).flat()),
    })),
    pods: pods(of),
    sets: [],
    programs: [],
    ...more,
  };
}

/** A delta by which pods change. */
export function delta(
  generation: number,
  of: readonly (Verdicts | null | undefined)[],
  more: object = {},
): State {
  return { version: 2, kind: "delta", generation, revokes: true, pods: pods(of), ...more };
}

/** Classes of gateways: 10.99.HOST.1, the node as pod HOST sees it. */
export const addresses = (...of: [host: number, klass: number][]) => ({
  addresses4: words(...of.flatMap(([host, klass]) => [0x0100630a | (host << 16), klass])),
});

/** The second tier: subject i's own code denies what its tables do, by rule 8. */
export function specialised(
  objects: Objects,
  subjects: readonly number[],
  peers = words(0, 0, 0, 0),
): object {
  const denies = (subject: number) => {
    const [egress, ingress] = rowOf(VERDICTS[subject]!);
    return words(Number(egress === DENY), Number(ingress === DENY));
  };
  return {
    sets: [{ name: "set", object: objects.own, sha256: sha256(objects.own), peers }],
    programs: subjects.map((subject) => ({ set: 0, subject: denies(subject), subjects: [subject] })),
  };
}
