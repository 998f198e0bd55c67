import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { networkPolicy } from "../../test/lint/objects.js";
import { ineffectiveSection } from "./rule.js";

const policy = (spec: string) => networkPolicy(`podSelector: {}\n${spec}`);

async function lintPolicy(spec: string) {
  return lintFiles({ "a.yaml": policy(spec) }, [ineffectiveSection]);
}

test("rules of either direction without their policy type are found, at the section", async () => {
  const egress = await lintPolicy("policyTypes: [Ingress]\negress:\n  - {}");
  expect(places(egress)).toEqual(["7 ineffective-section"]);
  expect(egress.diagnostics[0]!.message).toBe(
    "the egress rules of NetworkPolicy shop/a have no effect: its policyTypes does not list Egress",
  );
  const ingress = await lintPolicy("policyTypes: [Egress]\ningress:\n  - {}");
  expect(ingress.diagnostics[0]!.help).toBe("add Ingress to policyTypes, or remove the section");
});

test("its fix removes the section, and is not safe: the type may be what is missing", async () => {
  const { diagnostics } = await lintPolicy("policyTypes: [Ingress]\negress:\n  - {}");
  const { edits, safe } = diagnostics[0]!.fix!;
  const text = policy("policyTypes: [Ingress]\negress:\n  - {}");
  const { span } = edits[0]!;
  expect(text.slice(0, span.start) + text.slice(span.end)).toBe(policy("policyTypes: [Ingress]"));
  expect(safe).toBe(false);
});

test("an empty section, a listed direction and omitted types are not reported", async () => {
  for (const spec of [
    "policyTypes: [Ingress]\negress: []",
    "policyTypes: [Ingress, Egress]\negress: [{}]",
    "egress: [{}]",
  ])
    expect(places(await lintPolicy(spec))).toEqual([]);
});
