import type { Observation } from "../parser/parsed_file.js";
import type { Diagnostic } from "../source/diagnostic.js";

/** Reports parts of YAML policies that the IR does not keep, and that conversions therefore drop. */
export function lostFields(observations: readonly Observation[]): readonly Diagnostic[] {
  return observations.flatMap(({ kind, span, policy }): Diagnostic[] => {
    const what = LOST[kind];
    if (what === undefined) return [];
    return [{ rule: "field-lost", severity: "warning", message: `${policy}: ${what}`, span }];
  });
}

const LOST: Partial<Record<Observation["kind"], string>> = {
  "unkept-field": "dropped this field: only labels and annotations are kept",
  "ineffective-section":
    "dropped this section: it has no effect, because policyTypes does not list its direction",
};
