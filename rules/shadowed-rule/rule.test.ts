import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { shadowedRule } from "./rule.js";

async function found(files: Record<string, string>): Promise<readonly string[]> {
  return places(await lintFiles(files, [shadowedRule]));
}

const DSL = `import { adminTier, allow, anywhere, deny, namespaces, pass, tcp } from "polc";

`;

test("an earlier rule of a tier covers a later one, whatever its action", async () => {
  const tier = (action: string) => `${DSL}export default adminTier("t", {
  priority: 1,
  rules: [
    ${action}(namespaces({ env: "dev" })).to(anywhere),
    allow(namespaces({ env: "dev" })).to(namespaces({ env: "prod" })).on(tcp(80)),
  ],
});
`;
  // The sentence speaks of ingress to prod too, which the first does not.
  expect(await found({ "a.policy.ts": tier("deny") })).toEqual([]);
  const toProd = (action: string) => tier(action).replace("to(anywhere)", 'to(namespaces({ env: "prod" }))');
  expect(await found({ "a.policy.ts": toProd("deny") })).toEqual(["7 shadowed-rule"]);
  expect(await found({ "a.policy.ts": toProd("pass") })).toEqual(["7 shadowed-rule"]);
});

test("a later rule of a tier covers nothing, however wide it is", async () => {
  const tiers = `${DSL}export const late = adminTier("late", {
  priority: 2,
  rules: [deny(namespaces({ env: "dev" })).to(namespaces({ env: "prod" }))],
});
export const early = adminTier("early", {
  priority: 1,
  rules: [allow(namespaces({ env: "dev" })).to(namespaces({ env: "prod" })).on(tcp(80))],
});
`;
  expect(await found({ "a.policy.ts": tiers })).toEqual([]);
});

test("an earlier rule of the same action does not shadow a rule", async () => {
  const tier = `${DSL}export default adminTier("t", {
  priority: 1,
  rules: [
    allow(namespaces({ env: "dev" })).to(namespaces({ env: "prod" })),
    allow(namespaces({ env: "dev" })).to(namespaces({ env: "prod" })).on(tcp(80)),
  ],
});
`;
  expect(await found({ "a.policy.ts": tier })).toEqual([]);
});

test("policies with equal priority are unordered", async () => {
  const tiers = (priority: number) => `${DSL}export const a = adminTier("a", {
  priority: ${priority},
  rules: [deny(namespaces({ env: "dev" })).to(namespaces({ env: "prod" }))],
});
export const b = adminTier("b", {
  priority: 2,
  rules: [allow(namespaces({ env: "dev" })).to(namespaces({ env: "prod" })).on(tcp(80))],
});
`;
  expect(await found({ "a.policy.ts": tiers(1) })).toEqual(["9 shadowed-rule"]);
  expect(await found({ "a.policy.ts": tiers(2) })).toEqual([]);
});
