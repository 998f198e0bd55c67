import { expect, test } from "vitest";
import { parse } from "./project.js";

const HEAD = `import { adminTier, allow, anywhere, check, cidr, claims, cluster, deny, internet, isIn, pods, policy, range, tcp } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
`;

/** The errors of files that each hold one expression or statement after the head. */
async function errorsOf(cases: Readonly<Record<string, string>>) {
  const files = Object.fromEntries(
    Object.entries(cases).map(([name, code]) => [`${name}.policy.ts`, HEAD + code]),
  );
  const { said, policies } = await parse(files);
  expect(policies).toEqual([]);
  return said.map((line) => line.replace(".policy.ts", ""));
}

test("a misspelt pod, deny in a policy, a rule without .to and .logged on nothing do not compile", async () => {
  expect(
    await errorsOf({
      misspelt: "allow(shop.web).to(shop.everyPods);",
      namespace: `const { shpo } = cluster({ shop: {} });`,
      denied: `export default policy("p", { isolate: [shop.web], rules: [deny(shop.web).to(shop.api)] });`,
      unfinished: `export default policy("p", { isolate: [shop.web], rules: [allow(shop.web)] });`,
      logged: "allow(shop.web).logged();",
      twice: "allow(shop.web).to(shop.api).on(tcp(80)).on(tcp(81));",
      portless: "allow(shop.web).to(shop.api).on();",
    }),
  ).toEqual([
    "misspelt TS2551: Property 'everyPods' does not exist on type '{ readonly web: NamespacedPods; readonly api: NamespacedPods; } & { readonly everyPod: NamespacedPods; }'. Did you mean 'everyPod'? | everyPods",
    "namespace TS2339: Property 'shpo' does not exist on type 'Cluster<{ readonly shop: {}; }>'. | shpo",
    `denied TS2322: Type 'PortlessSentence<"deny">' is not assignable to type 'Sentence<"allow">'. Types of property 'action' are incompatible. Type '"deny"' is not assignable to type '"allow"'. | deny(shop.web).to(shop.api)`,
    `unfinished TS2322: Type 'Opening<"allow">' is not assignable to type 'Sentence<"allow">'. Types of property 'kind' are incompatible. Type '"opening"' is not assignable to type '"sentence"'. | allow(shop.web)`,
    `logged TS2339: Property 'logged' does not exist on type 'Opening<"allow">'. | logged`,
    `twice TS2339: Property 'on' does not exist on type 'TwoSidedSentence<"allow">'. | on`,
    "portless TS2555: Expected at least 1 arguments, but got 0. | on",
  ]);
});

test("values of the wrong kind do not compile", async () => {
  expect(
    (
      await errorsOf({
        end: `allow("web").to(shop.api);`,
        mixed: "allow([anywhere, shop.web]).to(shop.api);",
        port: "allow(shop.web).to(shop.api).on(80);",
        ports: "tcp(80, 81);",
        nothing: "tcp(undefined);",
        label: "pods({ app: 1 });",
        missing: "pods({ app: undefined });",
        isolated: `policy("p", { isolate: [pods({ app: "x" })], rules: [] });`,
        address: `policy("p", { isolate: [internet], rules: [] });`,
        priority: `adminTier("t", { rules: [] });`,
        option: `policy("p", { isolated: [shop.web], rules: [] });`,
        claim: "claims(check(shop.web));",
        reserved: "cluster({ shop: { everyPod: {} } });",
        empty: "pods({ app: isIn() });",
        rule: `policy("p", { isolate: [shop.web], rules: [check(shop.web).canReach(shop.api)] });`,
      })
    ).map((line) => line.replace(/:.*\|/, " |")),
  ).toEqual([
    'end TS2345 | "web"',
    "mixed TS2322 | anywhere",
    "port TS2345 | 80",
    "ports TS2554 | 81",
    "nothing TS2345 | undefined",
    "label TS2322 | app",
    "missing TS2322 | app",
    'isolated TS2322 | pods({ app: "x" })',
    "address TS2741 | internet",
    "priority TS2345 | { rules: [] }",
    "option TS2561 | isolated",
    "claim TS2345 | check(shop.web)",
    "reserved TS2322 | everyPod",
    "empty TS2555 | isIn",
    "rule TS2741 | check(shop.web).canReach(shop.api)",
  ]);
});

test("there is no process, network, console, timer or require, and a help line says so", async () => {
  const { diagnostics, textOf } = await parse(
    Object.fromEntries(
      ["process", "fetch", "console", "setTimeout", "require", "Buffer", "window"].map((name) => [
        `${name}.policy.ts`,
        `export const value: unknown = ${name};`,
      ]),
    ),
  );
  expect(diagnostics.map(({ span }) => textOf(span))).toEqual([
    "process",
    "fetch",
    "console",
    "setTimeout",
    "require",
    "Buffer",
    "window",
  ]);
  expect(new Set(diagnostics.map(({ help }) => help))).toEqual(
    new Set([
      "policy files cannot use processes, the network, files, the clock or randomness, only the language and what they import",
    ]),
  );
});

test("a file with a type error is not evaluated, nor is one that imports it; the others are", async () => {
  const { policies, said } = await parse({
    "broken.ts": `export const number: string = 1;\nthrow new Error("evaluated");`,
    "importer.policy.ts": `import "./broken.js";\nthrow new Error("evaluated");`,
    "good.policy.ts": `${HEAD}export default policy("good", { isolate: [shop.web], rules: [] });`,
  });
  expect(said).toEqual(["broken.ts TS2322: Type 'number' is not assignable to type 'string'. | number"]);
  expect(policies.map(({ name }) => name)).toEqual(["good-web"]);
});

test("a syntax error is reported once, where it is", async () => {
  const { said } = await parse({ "p.policy.ts": "export default policy(;\n" });
  expect(said).toEqual(["p.policy.ts TS1005: ')' expected. | ;"]);
});

test("what TypeScript relates to an error is a note at its place", async () => {
  const { diagnostics, textOf } = await parse({
    "p.policy.ts": `function open(to: string) { return to; }\nexport default open();\n`,
  });
  expect(diagnostics.map(({ rule, span }) => [rule, textOf(span)])).toEqual([["TS2554", "open"]]);
  expect(diagnostics[0]!.notes!.map(({ message, span }) => [message, textOf(span!)])).toEqual([
    ["An argument for 'to' was not provided.", "to: string"],
  ]);
});
