import { printableJson } from "../../lint/format/printable_json.js";
import type { Project } from "../../parser/project.js";
import { explanationDocument } from "../explain/json.js";
import type { TestedClaim, WorldName } from "../../analysis/prove/test_claims.js";

/** Version 1 of the format: fields may be added, but none changes its meaning. `unproved`: too much to check. */
export function testJson(
  tested: readonly TestedClaim[],
  project: Pick<Project, "sources">,
  world: WorldName,
  notes: readonly string[],
): string {
  const count = (kind: TestedClaim["proof"]["kind"]) =>
    tested.filter(({ proof }) => proof.kind === kind).length;
  const document = {
    version: 1,
    world,
    ...(notes.length > 0 && { notes }),
    claims: tested.map((each) => claimDocument(each, project)),
    summary: {
      claims: tested.length,
      holds: count("holds"),
      broken: count("broken"),
      empty: count("empty"),
      unproved: count("unknown"),
    },
  };
  return printableJson(JSON.stringify(document, null, 2));
}

function claimDocument(
  { claim, proof, explanation, holdsInInventory }: TestedClaim,
  { sources }: Pick<Project, "sources">,
): object {
  const source = sources.get(claim.span.file);
  return {
    claim: claim.sentence,
    kind: claim.kind,
    outcome: proof.kind === "unknown" ? "unproved" : proof.kind,
    file: claim.span.file,
    ...(source && { start: source.position(claim.span.start), end: source.position(claim.span.end) }),
    ...(proof.kind === "broken" && {
      counterexample: explanationDocument(explanation!, proof.flow, sources),
      holdsInInventory,
    }),
  };
}
