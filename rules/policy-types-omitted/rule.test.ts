import { expect, test } from "vitest";
import { applyFixes } from "../../src/lint/fix/apply_edits.js";
import type { Rule } from "../../src/lint/rule.js";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { protocolDefaulted } from "../protocol-defaulted/rule.js";
import { policyTypesOmitted } from "./rule.js";

const BOTH: readonly Rule[] = [policyTypesOmitted, protocolDefaulted];

const TEXT = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {} # all of them
  egress:
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
`;

test("the fixes write down what the API defaults to, and nothing is found any more", async () => {
  const linted = await lintFiles({ "a.yaml": TEXT }, BOTH);
  expect(places(linted)).toEqual(["4 policy-types-omitted", "12 protocol-defaulted"]);
  const fixes = linted.diagnostics.map(({ fix }) => fix!);
  expect(fixes.map(({ safe }) => safe)).toEqual([true, true]);
  const { text } = applyFixes(TEXT, fixes);
  expect(text).toContain("protocol: TCP");
  expect(text).toMatch(/policyTypes:.*Ingress.*Egress/s);
  const again = await lintFiles({ "a.yaml": text }, BOTH);
  expect(again.diagnostics).toEqual([]);
  const meant = ({ project }: typeof again) =>
    JSON.stringify(project.policies, (key, value: unknown) => (key === "span" ? undefined : value));
  expect(meant(again)).toBe(meant(linted));
});
