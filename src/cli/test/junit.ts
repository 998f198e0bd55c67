import { xml } from "../../lint/format/junit.js";
import type { Project } from "../../parser/project.js";
import { colorsFor, prettyDiagnostic } from "../../source/pretty.js";
import type { TestedClaim, WorldName } from "../../analysis/prove/test_claims.js";
import { claimDiagnostic } from "../../analysis/prove/claim_diagnostic.js";

/** JUnit XML: one suite per file, one case per claim. An unproved claim is an error, because it could not be tested. */
export function testJunit(
  tested: readonly TestedClaim[],
  project: Pick<Project, "sources">,
  world: WorldName,
): string {
  const files = [...new Set(tested.map(({ claim }) => claim.span.file))];
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<testsuites name="polc test" ${counts(tested)}>`,
    ...files.flatMap((file) => {
      const own = tested.filter(({ claim }) => claim.span.file === file);
      return [
        `  <testsuite name="${xml(file)}" ${counts(own)}>`,
        `    <properties><property name="world" value="${world}"/></properties>`,
        ...own.map((each) => testCase(each, project, world)),
        "  </testsuite>",
      ];
    }),
    "</testsuites>",
  ].join("\n");
}

function counts(tested: readonly TestedClaim[]): string {
  const errors = tested.filter(({ proof }) => proof.kind === "unknown").length;
  const failures = tested.filter(({ proof }) => proof.kind !== "holds").length - errors;
  const seconds = tested.reduce((sum, each) => sum + each.seconds, 0);
  return `tests="${tested.length}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}"`;
}

function testCase(each: TestedClaim, { sources }: Pick<Project, "sources">, world: WorldName): string {
  const { claim, proof, seconds } = each;
  const open = `    <testcase name="${xml(claim.sentence)}" classname="${xml(claim.span.file)}" time="${seconds.toFixed(3)}"`;
  const diagnostic = claimDiagnostic(each, world);
  if (!diagnostic) return `${open}/>`;
  const element = proof.kind === "unknown" ? "error" : "failure";
  const text = prettyDiagnostic(diagnostic, sources, colorsFor(process.stdout, false));
  const lines = text.split("\n").map(xml).join("\n");
  return [
    `${open}>`,
    `      <${element} type="${diagnostic.rule}" message="${xml(diagnostic.message)}">${lines}</${element}>`,
    "    </testcase>",
  ].join("\n");
}
