import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeProject, parse, parseIn } from "./project.js";

test("anything but polc and relative files of the project is an error at the import", async () => {
  const { said, policies } = await parse({
    "a.policy.ts": `import "fs";`,
    "b.policy.ts": `import { readFileSync } from "node:fs";`,
    "c.policy.ts": `export * from "lodash";`,
    "d.policy.ts": `import "/etc/hostname.ts";`,
    "e.policy.ts": `import "../outside.js";`,
    "f.policy.ts": `export default await import("polc");`,
    "g.policy.ts": `const name = "fs";\nexport default await import(name);`,
    "h.policy.ts": `import "./missing.js";`,
    "i.policy.ts": `import "./a.policy";`,
    "j.policy.ts": `type Stats = import("fs").Stats;`,
    "k.policy.ts": `/// <reference types="node" />\n/// <reference path="/etc/hostname" />\n/// <reference lib="dom" />\nexport {};`,
    "l.policy.ts": `import fs = require("fs");`,
    "m.policy.ts": `import type { Stats } from "node:fs";`,
    "n.policy.ts": `import data from "./data.json" with { type: "json" };`,
    "o.policy.ts": `import "./types.d.ts";`,
    "p.policy.ts": `import "polc/node";`,
    "q.policy.ts": `import "polc:dsl/node";`,
    "r.policy.ts": `import "file:0";`,
    "data.json": "{}",
    "types.d.ts": "export {};",
  });
  expect(policies).toEqual([]);
  expect(said.map((line) => line.replace(".policy.ts", ""))).toEqual([
    'a forbidden-import: a policy file cannot import "fs" | "fs"',
    'b forbidden-import: a policy file cannot import "node:fs" | "node:fs"',
    'c forbidden-import: a policy file cannot import "lodash" | "lodash"',
    'd forbidden-import: a policy file cannot import "/etc/hostname.ts" | "/etc/hostname.ts"',
    'e forbidden-import: "../outside.js" is outside the project | "../outside.js"',
    'f forbidden-import: a policy file cannot import while it runs | import("polc")',
    "g forbidden-import: a policy file cannot import while it runs | import(name)",
    'h unresolved-import: "./missing.js" does not exist | "./missing.js"',
    'i forbidden-import: "./a.policy" does not end in .ts or .js | "./a.policy"',
    'j forbidden-import: a policy file cannot import "fs" | "fs"',
    "k forbidden-import: a policy file cannot have reference directives | node",
    "k forbidden-import: a policy file cannot have reference directives | /etc/hostname",
    "k forbidden-import: a policy file cannot have reference directives | dom",
    'l forbidden-import: a policy file cannot import "fs" | import fs = require("fs");',
    'm forbidden-import: a policy file cannot import "node:fs" | "node:fs"',
    'n forbidden-import: "./data.json" does not end in .ts or .js | "./data.json"',
    'o forbidden-import: "./types.d.ts" does not end in .ts or .js | "./types.d.ts"',
    'p forbidden-import: a policy file cannot import "polc/node" | "polc/node"',
    'q forbidden-import: a policy file cannot import "polc:dsl/node" | "polc:dsl/node"',
    'r forbidden-import: a policy file cannot import "file:0" | "file:0"',
  ]);
});

test("a symbolic link is not a way out of the project", async () => {
  const root = makeProject({
    "inside/p.policy.ts": `import { secret } from "./link.js";\nexport default secret;`,
    "inside/q.policy.ts": `import { secret } from "./folder/secret.js";\nexport default secret;`,
    "outside/secret.ts": `export const secret = "secret";`,
    "outside/r.policy.ts": `throw new Error("evaluated");`,
  });
  try {
    symlinkSync(join(root, "outside/secret.ts"), join(root, "inside/link.ts"));
    symlinkSync(join(root, "outside"), join(root, "inside/folder"));
    symlinkSync(join(root, "outside/r.policy.ts"), join(root, "inside/r.policy.ts"));
    const names = ["p.policy.ts", "q.policy.ts", "r.policy.ts"];
    const { said } = await parseIn(join(root, "inside"), names);
    expect(said).toEqual([
      'p.policy.ts forbidden-import: "./link.js" is outside the project | "./link.js"',
      'q.policy.ts forbidden-import: "./folder/secret.js" is outside the project | "./folder/secret.js"',
      "r.policy.ts unreadable-file: r.policy.ts is outside the project | ",
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("relative imports end in .ts or .js, and .js means the .ts file if there is one", async () => {
  const { said, policies } = await parse({
    "parts/a.ts": `export const a = "a";`,
    "parts/a.js": `throw new Error("the .ts file is meant");`,
    "parts/b.js": `export { a } from "./a.js";\nexport const b = "b";`,
    "parts/c.ts": `import type { Pods } from "polc";\nexport { b } from "./b.js";\nexport type C = Pods;`,
    "p.policy.ts": `import { pods, policy } from "polc";
import { a } from "./parts/a.ts";
import { b, type C } from "./parts/c.js";
const subject = pods({ app: a + b }, { namespace: "x" });
export const same: C = subject;
export default policy("p", { isolate: [subject], rules: [] });`,
  });
  expect(said).toEqual([]);
  const [policy] = policies;
  expect(policy?.kind === "NetworkPolicy" && policy.subject.pods.requirements[0]!.values).toEqual(["ab"]);
});

test("files that import each other are evaluated once", async () => {
  const { said, policies } = await parse({
    "a.policy.ts": `import { pods, policy } from "polc";
import b from "./b.policy.js";
export const name = "a";
export default [policy("a", { isolate: [pods({}, { namespace: "x" })], rules: [] }), b];`,
    "b.policy.ts": `import { pods, policy } from "polc";
import * as a from "./a.policy.js";
export type Name = typeof a.name;
export default policy("b", { isolate: [pods({}, { namespace: "x" })], rules: [] });`,
  });
  expect(said).toEqual([]);
  expect(policies.map(({ name }) => name)).toEqual(["a-0", "b-0"]);
});

test("a file that cannot be read is an error, and the others are still read", async () => {
  const root = makeProject({
    "good.policy.ts": `import { pods, policy } from "polc";
export default policy("good", { isolate: [pods({}, { namespace: "x" })], rules: [] });`,
  });
  try {
    mkdirSync(join(root, "folder.policy.ts"));
    writeFileSync(join(root, "binary.policy.ts"), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(root, "large.policy.ts"), " ".repeat(4 * 1024 * 1024 + 1));
    const names = [
      "binary.policy.ts",
      "folder.policy.ts",
      "good.policy.ts",
      "large.policy.ts",
      "none.policy.ts",
    ];
    const { said, policies } = await parseIn(root, names);
    expect(said).toEqual([
      "binary.policy.ts invalid-utf8: binary.policy.ts is not UTF-8 text | ",
      "folder.policy.ts unreadable-file: folder.policy.ts is not a file | ",
      "large.policy.ts file-too-large: large.policy.ts is too large | ",
      "none.policy.ts unreadable-file: none.policy.ts does not exist | ",
    ]);
    expect(policies.map(({ name }) => name)).toEqual(["good-0"]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
