import { expect, test } from "vitest";
import { parseIr, printIr } from "../../src/bundle/bundle_json.js";
import { read } from "../parser/reading.js";

const POLICY = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: p}
spec:
  tier: Admin
  priority: 1
  subject: {namespaces: {}}
  egress:
  - {action: Accept, to: [{nodes: {}}, {domainNames: [example.com]}]}
  - {action: Pass, to: [{nodes: {}}]}
`;

test("rules that fail closed are in a bundle as they are written", () => {
  const { policies } = read(POLICY);
  expect(policies).toMatchObject([{ rules: [{ action: "deny" }], failClosed: [{}, { action: "pass" }] }]);
  expect(parseIr(printIr(policies))).toEqual(policies);
  expect(parseIr(printIr(policies).replace('"nodes"', '"planets"'))).toMatch(/must match exactly one schema/);
});
