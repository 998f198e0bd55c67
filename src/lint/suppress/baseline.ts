/** Existing findings, recorded in a file so that only new ones are reported. */
import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceMap } from "../../source/source_file.js";
import { Fingerprints } from "./fingerprints.js";
import type { Rule } from "../rule.js";

/** Fingerprints of the suppressed findings, by file and rule. */
export type Baseline = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Applied {
  readonly diagnostics: readonly Diagnostic[];
  /** The entries that matched a finding: the contents of the pruned file. */
  readonly used: Baseline;
  readonly unused: number;
}

/**
 * Errors of the input are not findings of a rule, and cannot be suppressed.
 *
 * @param baseline undefined: suppress everything
 */
export function applyBaseline(
  diagnostics: readonly Diagnostic[],
  sources: SourceMap,
  rules: readonly Rule[],
  baseline: Baseline | undefined,
): Applied {
  const names = new Set<string>(rules.map(({ name }) => name));
  const fingerprints = new Fingerprints(sources);
  const used: Record<string, Record<string, string[]>> = {};
  let count = 0;
  const kept = diagnostics.filter((each) => {
    const { rule, span } = each;
    const fingerprint = fingerprints.of(each);
    if (!names.has(rule) || (baseline && !baseline[span.file]?.[rule]?.includes(fingerprint))) return true;
    ((used[span.file] ??= {})[rule] ??= []).push(fingerprint);
    count++;
    return false;
  });
  return { diagnostics: kept, used, unused: sizeOf(baseline ?? used) - count };
}

function sizeOf(baseline: Baseline): number {
  return Object.values(baseline)
    .flatMap((rules) => Object.values(rules))
    .reduce((sum, list) => sum + list.length, 0);
}

export function writtenBaseline(baseline: Baseline): string {
  return `${JSON.stringify({ version: 1, findings: baseline }, null, 2)}\n`;
}

/** @returns what is wrong with the text if it is not a baseline */
export function readBaseline(text: string): Baseline | { readonly fault: string } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return { fault: "is not JSON" };
  }
  if (!isRecord(content) || content.version !== 1 || !isRecord(content.findings))
    return { fault: "is not a list of suppressions of version 1" };
  const lists = Object.values(content.findings).flatMap((rules) =>
    isRecord(rules) ? Object.values(rules) : [undefined],
  );
  const sound = lists.every(
    (list) => Array.isArray(list) && list.every((each: unknown) => typeof each === "string"),
  );
  return sound
    ? (content.findings as Baseline)
    : { fault: "has an entry that is not a list of fingerprints" };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
