import { expect, test } from "vitest";
import type { Rule } from "../../src/ir/policy.js";
import { parse } from "./project.js";

const CLUSTER = {
  "cluster.ts": `import { cluster } from "polc";
export const { shop } = cluster({
  shop: { web: { app: "web" }, api: { app: "api" }, db: { app: "db", tier: "data" } },
});`,
};

async function rulesOf(text: string, more: Record<string, string> = {}) {
  const { policies, said, textOf } = await parse({
    ...CLUSTER,
    ...more,
    "p.policy.ts": `import { allow, cidr, pods, policy, tcp, udp } from "polc";
import { shop } from "./cluster.js";
${text}`,
  });
  expect(said).toEqual([]);
  return { rules: policies.flatMap(({ rules }) => rules as Rule[]), policies, textOf };
}

test("every part of a rule has the span of what was written for it", async () => {
  const { rules, policies, textOf } = await rulesOf(`export default policy("p", {
    isolateIngress: [/* the data */ shop.db],
    rules: [
      allow([shop.web, pods({ app: "x" })]).to(shop.db).on(tcp(5432), udp(53)).logged(),
    ],
  });`);
  const [rule] = rules;
  expect(textOf(policies[0]!.span)).toBe("shop.db");
  expect(textOf(rule!.span)).toBe(
    'allow([shop.web, pods({ app: "x" })]).to(shop.db).on(tcp(5432), udp(53)).logged()',
  );
  expect(textOf(rule!.subject.span)).toBe("shop.db");
  expect(textOf(rule!.subject.pods.span)).toBe('db: { app: "db", tier: "data" }');
  expect(rule!.subject.pods.span.file).toBe("cluster.ts");
  expect(rule!.subject.pods.requirements.map(({ span }) => textOf(span))).toEqual([
    'app: "db"',
    'tier: "data"',
  ]);
  expect(rule!.peers!.map(({ span }) => textOf(span))).toEqual(["shop.web", 'pods({ app: "x" })']);
  expect(rule!.ports!.map(({ span }) => textOf(span))).toEqual(["tcp(5432)", "udp(53)"]);
});

test("a rule made by a helper function has the span of the sentence in the helper", async () => {
  const { rules, textOf } = await rulesOf(
    `import { open } from "./helper.js";
export default policy("p", { isolateIngress: [shop.api], rules: [open(shop.web, shop.api).on(tcp(80))] });`,
    {
      "helper.ts": `import { allow, type Pods } from "polc";
export const open = (from: Pods, to: Pods) => {
  return allow(from)
    .to(to);
};`,
    },
  );
  expect(rules[0]!.span.file).toBe("helper.ts");
  expect(textOf(rules[0]!.span)).toBe("allow(from)\n    .to(to)");
  expect(rules[0]!.peers!.map(({ span }) => textOf(span))).toEqual(["from"]);
  expect(rules[0]!.ports!.map(({ span }) => textOf(span))).toEqual(["tcp(80)"]);
});

test("rules made in loops share the span of the sentence in the loop", async () => {
  const { rules, textOf } = await rulesOf(`
const rules = [];
for (const from of [shop.web, shop.db]) rules.push(allow(from).to(shop.api).on(tcp(1)));
export default policy("p", {
  isolateIngress: [shop.api],
  rules: [...rules, ...[2, 3].map((port) => allow(shop.web).to(shop.api).on(tcp(port)))],
});`);
  expect(rules.map(({ span }) => textOf(span))).toEqual([
    "allow(from).to(shop.api).on(tcp(1))",
    "allow(from).to(shop.api).on(tcp(1))",
    "allow(shop.web).to(shop.api).on(tcp(port))",
    "allow(shop.web).to(shop.api).on(tcp(port))",
  ]);
});

test("two sentences with one beginning have each their own span", async () => {
  const { rules, textOf } = await rulesOf(`
const web = allow(shop.web);
export default policy("p", { isolateEgress: [shop.web], rules: [web.to(shop.api), web.to(shop.db)] });`);
  expect(rules.map(({ span }) => textOf(span))).toEqual(["web.to(shop.api)", "web.to(shop.db)"]);
  expect(rules[0]!.peers!.map(({ span }) => textOf(span))).toEqual(["shop.api"]);
});

test("the surface may be imported under another name or as a namespace", async () => {
  const { rules, textOf } = await rulesOf(`
import * as polc from "polc";
import { allow as ok } from "polc";
export default polc.policy("p", {
  isolateIngress: [shop.api],
  rules: [polc.allow(shop.web).to(shop.api).on(polc.tcp(80)), ok(shop.db).to(shop.api), (allow)(shop.api).to(shop.api)],
});`);
  expect(rules.map(({ span }) => textOf(span))).toEqual([
    "polc.allow(shop.web).to(shop.api).on(polc.tcp(80))",
    "ok(shop.db).to(shop.api)",
    "(allow)(shop.api).to(shop.api)",
  ]);
  expect(rules.map(({ peers }) => textOf(peers![0]!.span))).toEqual(["shop.web", "shop.db", "shop.api"]);
});

test("an address block has the span of its text where it was declared", async () => {
  const { rules, textOf } = await rulesOf(`
const office = cidr("10.0.0.0/8", { except: ["10.1.0.0/16"] });
export default policy("p", { isolateIngress: [shop.api], rules: [allow(office).to(shop.api)] });`);
  const [peer] = rules[0]!.peers!;
  if (peer?.kind !== "block") throw new Error("no block");
  expect([peer.span, peer.cidr.span, peer.except[0]!.span].map(textOf)).toEqual([
    "office",
    '"10.0.0.0/8"',
    '"10.1.0.0/16"',
  ]);
});

test("text outside the Basic Multilingual Plane, CRLF and a byte order mark do not shift spans", async () => {
  const { policies, textOf, said } = await parse({
    ...CLUSTER,
    "p.policy.ts": `\uFEFFimport { allow, policy } from "polc";\r\nimport { shop } from "./cluster.js";\r\n/* 🐙 */ export default policy("p", { isolate: [shop.web], rules: [/* 🐙 */ allow(shop.api).to(shop.web)] });`,
  });
  expect(said).toEqual([]);
  expect(textOf(policies[0]!.rules[0]!.span)).toBe("allow(shop.api).to(shop.web)");
});

test("an error in a helper's sentence is reported there, with a note at the call", async () => {
  const { diagnostics, textOf } = await parse({
    ...CLUSTER,
    "p.policy.ts": `import { allow, policy, type Pods } from "polc";
import { shop } from "./cluster.js";
const open = (from: Pods, to: Pods) => allow(from).to(to);
export default policy("p", { isolate: [shop.web], rules: [open(shop.api, shop.db)] });`,
  });
  expect(diagnostics.map(({ rule, span }) => [rule, textOf(span)])).toEqual([
    ["idle-rule", "allow(from).to(to)"],
  ]);
  expect(diagnostics[0]!.notes!.map(({ message, span }) => [message, textOf(span!)])).toEqual([
    ["through this call", "open(shop.api, shop.db)"],
  ]);
});
