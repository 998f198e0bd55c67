import type { Project } from "../../parser/project.js";
import type { Colors } from "../../source/pretty.js";
import { prettyDiagnostic } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import { WORLDS } from "../../analysis/prove/test_claims.js";
import type { TestedClaim, WorldName } from "../../analysis/prove/test_claims.js";
import { claimDiagnostic } from "../../analysis/prove/claim_diagnostic.js";

const OUTCOMES = { holds: "holds", broken: "broken", empty: "empty", unknown: "not proved" } as const;

/** The claims of each file with their outcomes, then the reasons, then the counts. */
export function testText(
  tested: readonly TestedClaim[],
  { sources }: Pick<Project, "sources">,
  world: WorldName,
  notes: readonly string[],
  colors: Colors,
): string {
  const files = [...new Set(tested.map(({ claim }) => claim.span.file))];
  const lists = files.map((file) => {
    const lines = tested
      .filter(({ claim }) => claim.span.file === file)
      .map(({ claim, proof }) => {
        const paint = proof.kind === "holds" ? colors.green : colors.red;
        return `  ${paint(OUTCOMES[proof.kind].padEnd(10))}  ${printable(claim.sentence)}`;
      });
    return [colors.bold(printable(file)), ...lines].join("\n");
  });
  const reasons = tested.flatMap((each) => {
    const diagnostic = claimDiagnostic(each, world);
    return diagnostic ? [prettyDiagnostic(diagnostic, sources, colors)] : [];
  });
  const said = notes.map((note) => colors.dim(`note: ${printable(note)}`));
  return [...lists, ...reasons, [summary(tested, world, colors), ...said].join("\n")].join("\n\n");
}

/** "7 of 8 claims hold in every possible cluster; 1 broken". */
function summary(tested: readonly TestedClaim[], world: WorldName, colors: Colors): string {
  const count = (kind: keyof typeof OUTCOMES) => tested.filter(({ proof }) => proof.kind === kind).length;
  const held = count("holds");
  const noun = tested.length === 1 ? "claim holds" : "claims hold";
  const others = (["broken", "empty", "unknown"] as const)
    .filter((kind) => count(kind) > 0)
    .map((kind) => `${count(kind)} ${OUTCOMES[kind]}`);
  const said = `${held} of ${tested.length} ${noun} ${WORLDS[world]}`;
  return held === tested.length ? colors.green(said) : `${colors.red(said)}; ${others.join(", ")}`;
}
