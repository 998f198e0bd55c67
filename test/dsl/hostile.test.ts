import { expect, test } from "vitest";
import { parse } from "./project.js";

const GOOD = `import { pods, policy } from "polc";
export default policy("good", { isolate: [pods({ app: "x" }, { namespace: "x" })], rules: [] });`;

/** What is said of files with this code, and of a good file after them, which must come out unharmed. */
async function saidOf(cases: Readonly<Record<string, string>>, timeMs = 60_000, survivors = ["good-0"]) {
  const files = Object.fromEntries(Object.entries(cases).map(([name, code]) => [`${name}.policy.ts`, code]));
  const { said, policies } = await parse(
    { ...files, "zz.policy.ts": GOOD },
    timeMs === undefined ? {} : { timeMs },
  );
  expect(policies.map(({ name }) => name)).toEqual(survivors);
  return said.map((line) => line.replace(".policy.ts", ""));
}

test("an exception is reported at the line that throws", async () => {
  expect(
    await saidOf({
      error: `function f(): void {\n  throw new TypeError("boo");\n}\nf();`,
      builtin: `const text: any = undefined;\n\nexport default text.length;`,
      string: `const f = () => {\n  throw "text";\n};\nf();`,
      nothing: `throw null;`,
      proxy: `throw new Proxy({}, { get() { throw 1; } });`,
      getters: `throw { get message() { throw 1; }, get stack() { return { length: 3 }; } };`,
      rejected: `export default await Promise.reject(new Error("late"));`,
      pending: `export default await new Promise(() => {});`,
      long: `throw new Error("x".repeat(1e6));`,
      control: `throw new Error("\\u001b[31mred\\u202e");`,
    }).then((lines) => lines.map((line) => line.slice(0, 120))),
  ).toEqual([
    'error evaluation-error: TypeError: boo | throw new TypeError("boo");',
    "builtin evaluation-error: TypeError: cannot read property 'length' of undefined | export default text.length;",
    'string evaluation-error: threw text | "text"',
    "nothing evaluation-error: threw null | null",
    "proxy evaluation-error: threw an object | new Proxy({}, { get() { throw 1; } })",
    "getters evaluation-error: threw an object | { get message() { throw 1; }, get stack() { return { length: 3 }; } }",
    'rejected evaluation-error: late | export default await Promise.reject(new Error("late"));',
    "pending evaluation-error: the file awaits a promise that never settles | export default await new Promise(() => {});",
    `long evaluation-error: ${"x".repeat(97)}`,
    'control evaluation-error: \\u{1b}[31mred\\u{202e} | throw new Error("\\u001b[31mred\\u202e");',
  ]);
});

test("clock, randomness, evaluation of text and garbage collection are not there", async () => {
  expect(
    await saidOf({
      now: "export const now = Date.now();",
      date: "export const date = new Date();",
      fixed: "export const date = new Date(0);",
      random: "export const random = Math.random();",
      eval: `eval("1");`,
      function: `new Function("return 1");`,
      constructor: `(() => 1).constructor("return 1");`,
      generator: `Object.getPrototypeOf(function* () {}).constructor("yield 1");`,
      declared: `declare const process: any;\nprocess.exit();`,
      global: `(globalThis as any).std.exit();`,
      weak: `new (globalThis as any).WeakRef({});`,
    }),
  ).toEqual([
    "now evaluation-error: a policy file has no clock | export const now = Date.now();",
    "date evaluation-error: a policy file has no clock | export const date = new Date();",
    "fixed evaluation-error: a policy file has no clock | export const date = new Date(0);",
    "random evaluation-error: a policy file has no randomness | export const random = Math.random();",
    'eval evaluation-error: a policy file cannot evaluate text as code | eval("1");',
    'function evaluation-error: a policy file cannot evaluate text as code | new Function("return 1");',
    'constructor evaluation-error: a policy file cannot evaluate text as code | (() => 1).constructor("return 1");',
    'generator evaluation-error: a policy file cannot evaluate text as code | Object.getPrototypeOf(function* () {}).constructor("yield 1");',
    "declared evaluation-error: ReferenceError: 'process' is not defined | process.exit();",
    "global evaluation-error: TypeError: cannot read property 'exit' of undefined | (globalThis as any).std.exit();",
    "weak evaluation-error: TypeError: not a function | new (globalThis as any).WeakRef({});",
  ]);
});

test("nothing that files share can be changed", async () => {
  const frozen = "the language's own objects and polc's are frozen";
  const lines = await saidOf({
    array: "Array.prototype.map = () => [];",
    object: "(Object.prototype as any).toJSON = () => 1;",
    json: `JSON.stringify = () => "x";`,
    symbol: "Object.defineProperty(Object.prototype, Symbol.toPrimitive, { value: 1 });",
    iterator: "(Object.getPrototypeOf([][Symbol.iterator]()) as any).next = () => 1;",
    global: "(globalThis as any).shared = 1;",
    surface: `import { everyPod } from "polc";\n(everyPod as any).kind = "anywhere";`,
    prototype: `import { everyPod } from "polc";\nObject.getPrototypeOf(everyPod).extra = 1;`,
    cluster: `import { cluster } from "polc";\n(cluster({ a: { b: {} } }) as any).a.b = 1;`,
    prototypes: `Object.setPrototypeOf(Array.prototype, {});`,
  });
  expect(frozen).toBeTruthy();
  expect(lines.map((line) => line.replace(/ \|.*/, ""))).toEqual([
    "array evaluation-error: TypeError: 'map' is read-only",
    "object evaluation-error: TypeError: object is not extensible",
    "json evaluation-error: TypeError: 'stringify' is read-only",
    "symbol evaluation-error: TypeError: object is not extensible",
    "iterator evaluation-error: TypeError: 'next' is read-only",
    "global evaluation-error: TypeError: object is not extensible",
    "surface evaluation-error: TypeError: 'kind' is read-only",
    "prototype evaluation-error: TypeError: object is not extensible",
    "cluster evaluation-error: TypeError: 'b' is read-only",
    "prototypes evaluation-error: TypeError: object is not extensible",
  ]);
});

test("what a cast lets through is an error where it is written", async () => {
  const head = `import { allow, everyPod, pods, policy } from "polc";\n`;
  expect(
    await saidOf({
      casts: `${head}export default policy(5 as any, {
        isolate: [5, pods({ app: undefined as any }, { namespace: "x" })] as any,
        rules: [1, allow(2 as any).to(null as any), allow(everyPod)] as any,
      });`,
      forged: `${head}export default policy("p", {
        isolate: [{ kind: "pods", namespace: "x", labels: {}, site: 0 }] as any,
        rules: [{ toJSON: () => ({ kind: "sentence", action: "allow", site: 1e9 }) }] as any,
      });`,
      cyclic: `${head}const rules: any[] = [];\nrules.push(rules);\nexport default policy("p", { rules });`,
      proxy: `${head}export default policy("p", { rules: new Proxy([], { get() { throw new Error("trap"); } }) });`,
      text: `export default JSON.parse('{"kind":"policy","name":"x"}');`,
      bigint: `${head}export default policy(1n as any, { rules: [] });`,
    }),
  ).toEqual([
    "casts invalid-name: the name 5 is not a string | 5 as any",
    "casts invalid-value: 5 cannot be isolated: it is not pods | 5",
    'casts invalid-selector: the label "app" is null | app: undefined as any',
    "casts invalid-rule: 1 is not a rule | 1",
    "casts invalid-end: 2 is not an end of a connection | 2 as any",
    "casts invalid-end: null is not an end of a connection | null as any",
    "casts invalid-rule: the sentence has no `.to` | allow(everyPod)",
    'forged invalid-value: an object cannot be isolated: it is not pods | { kind: "pods", namespace: "x", labels: {}, site: 0 }',
    'forged invalid-rule: an object is not a rule | { toJSON: () => ({ kind: "sentence", action: "allow", site: 1e9 }) }',
    'cyclic evaluation-error: TypeError: circular reference | export default policy("p", { rules });',
    'proxy evaluation-error: trap | export default policy("p", { rules: new Proxy([], { get() { throw new Error("trap"); } }) });',
    'text nothing-exported: the file exports no policy, tier or claims | export default JSON.parse(\'{"kind":"policy","name":"x"}\');',
    "bigint evaluation-error: TypeError: Do not know how to serialize a BigInt | export default policy(1n as any, { rules: [] });",
  ]);
});

test("memory, recursion and long texts have limits, and files after them are still evaluated", async () => {
  expect(
    await saidOf({
      arrays: "const all: number[][] = [];\nfor (;;) all.push(new Array(1000).fill(1));",
      objects: "const all: object[] = [];\nfor (;;) all.push({ x: 1 });",
      bytes: "const all: unknown[] = [];\nfor (;;) all.push(new Uint8Array(1e6));",
      length: "new Array(4294967295).fill(1);",
      text: `let text = "x";\nfor (;;) text += text;`,
      repeat: `"x".repeat(2 ** 30);`,
      recursion: "function f(n: number): number {\n  return 1 + f(n + 1);\n}\nf(0);",
      nesting: `let nested: unknown = [];\nfor (let i = 0; i < 1e5; i++) nested = [nested];\nJSON.stringify(nested);`,
      number: "2n ** 10000000000n;",
    }).then((lines) =>
      lines.map((line) => line.replace("evaluation needed more than 64 MiB of memory", "64 MiB")),
    ),
  ).toEqual([
    "arrays memory-limit: 64 MiB | for (;;) all.push(new Array(1000).fill(1));",
    "objects memory-limit: 64 MiB | for (;;) all.push({ x: 1 });",
    "bytes memory-limit: 64 MiB | for (;;) all.push(new Uint8Array(1e6));",
    "length memory-limit: 64 MiB | new Array(4294967295).fill(1);",
    "text evaluation-error: InternalError: string too long | for (;;) text += text;",
    'repeat evaluation-error: RangeError: invalid string length | "x".repeat(2 ** 30);',
    "recursion stack-limit: the recursion is too deep | return 1 + f(n + 1);",
    "nesting stack-limit: the recursion is too deep | JSON.stringify(nested);",
    "number evaluation-error: RangeError: BigInt is too large | 2n ** 10000000000n;",
  ]);
});

test.each([
  ["a loop", "let i = 0;\n\nwhile (true) {\n  i++;\n}", "while (true) {"],
  ["an empty loop", "export {};\nfor (;;);", "for (;;);"],
  ["a loop in a function", "function spin() {\n  do {} while (true);\n}\nspin();", "do {} while (true);"],
  ["a regular expression", `/(a+)+$/.test("a".repeat(40) + "b");`, `/(a+)+$/.test("a".repeat(40) + "b");`],
  [
    "a chain of promises",
    "const again = (): Promise<void> => Promise.resolve().then(again);\nawait again();",
    undefined,
  ],
  ["a built-in function", "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);", undefined],
  ["a text joined from holes", `new Array(2 ** 31).join("x");`, undefined],
])("%s that never ends is stopped, at its place if the interpreter knows it", async (_name, code, place) => {
  const lines = await saidOf({ a: code }, 300, []);
  const main = code.split("\n").find((line) => !line.startsWith("export {}"));
  expect(lines).toEqual([
    `a time-limit: evaluation took longer than 300 ms | ${place ?? main}`,
    `zz time-limit: not evaluated: another file used up the time limit | ${GOOD.split("\n")[1]}`,
  ]);
});

test("recursion that catches its own overflow is stopped", async () => {
  const lines = await saidOf(
    { a: "function f(): void {\n  try { f(); } finally { f(); }\n}\nf();" },
    300,
    [],
  );
  expect(lines[0]).toMatch(/^a time-limit: evaluation took longer than 300 ms \| /);
});

test("a result that is too large is an error, as is one that only unfolds to it", async () => {
  const head = `import { policy } from "polc";\n`;
  const lines = await saidOf({ large: `${head}export default policy("x".repeat(9 << 20), { rules: [] });` });
  expect(lines).toEqual([
    'large result-limit: the file exports more than 8 Mi characters of policy | export default policy("x".repeat(9 << 20), { rules: [] });',
  ]);
});

test("policies that are made and not exported are pointed out", async () => {
  const { said, policies } = await parse({
    "p.policy.ts": `import { pods, policy } from "polc";
const subject = pods({}, { namespace: "x" });
policy("lost", { isolate: [subject], rules: [] });
export const kept = policy("kept", { isolate: [subject], rules: [] });`,
    "q.policy.ts": "export const nothing = 1;",
  });
  expect(said).toEqual([
    'p.policy.ts not-exported: "lost" is not exported, so it has no effect | policy("lost", { isolate: [subject], rules: [] })',
    "q.policy.ts nothing-exported: the file exports no policy, tier or claims | export const nothing = 1;",
  ]);
  expect(policies.map(({ name }) => name)).toEqual(["kept-0"]);
});

test("the names that instrumentation uses cannot be taken", async () => {
  const { said, policies } = await parse({
    "p.policy.ts": `import { pods, policy } from "polc";
const __polc_mark_0 = 1, __polc_tick_0 = 2;
for (const each of [__polc_mark_0, __polc_tick_0]) each.toFixed();
export default policy("p", { isolate: [pods({}, { namespace: "x" })], rules: [] });`,
  });
  expect(said).toEqual([]);
  expect(policies.map(({ name }) => name)).toEqual(["p-0"]);
});

test("text, types and imports that nest without end are refused, and the other files are read", async () => {
  const chain = (name: string) =>
    Array.from({ length: 5000 }, (_, i) => `const ${name}${i} = () => ${name}${i + 1}();`);
  expect(
    await saidOf({
      arrays: `export const a: unknown = ${"[".repeat(20000)}${"]".repeat(20000)};`,
      sum: `export const a = ${Array(20000).fill("1").join("+")};`,
      calls: `declare const x: any;\nexport const a = x${".b()".repeat(20000)};`,
      within: `export const a: unknown = ${"[".repeat(150)}${"]".repeat(150)};`,
      types: `${chain("a").join("\n")}\nconst a5000 = () => 1;\nexport const a = a0();`,
    }),
  ).toEqual([
    "arrays nesting-limit: arrays.policy.ts nests deeper than 200 levels | ",
    "sum nesting-limit: sum.policy.ts nests deeper than 200 levels | ",
    "calls nesting-limit: calls.policy.ts nests deeper than 200 levels | ",
    expect.stringContaining("within nothing-exported"),
    "types nesting-limit: types.policy.ts has types nested too deep to check | ",
  ]);
});

test("a long chain of imports is followed", async () => {
  const files = Array.from({ length: 1000 }, (_, i): [string, string] => [
    `m${i}.ts`,
    i === 0 ? "export const app = 'x';" : `export { app } from "./m${i - 1}.js";`,
  ]);
  const { said, policies } = await parse({
    ...Object.fromEntries(files),
    "p.policy.ts": `import { pods, policy } from "polc";
import { app } from "./m999.js";
export default policy("p", { isolate: [pods({ app }, { namespace: "x" })], rules: [] });`,
  });
  expect(said).toEqual([]);
  expect(policies.map(({ name }) => name)).toEqual(["p-0"]);
});
