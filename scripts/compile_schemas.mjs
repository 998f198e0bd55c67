// Compiles the JSON schemas of the parser to code, so that no command loads ajv.
//   node scripts/compile_schemas.mjs           writes src/parser/kubernetes/compiled_schemas.ts
//   node scripts/compile_schemas.mjs --check   exits 1 if that file is not what the schemas give
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import prettier from "prettier";

const folder = new URL("../src/parser/kubernetes/", import.meta.url);
const target = new URL("compiled_schemas.ts", folder);

const HEAD = `// Made by scripts/compile_schemas.mjs from schemas/*.json; change those and run it again.
// @ts-nocheck

`;

export async function compile() {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    code: { source: true, esm: true, optimize: 2 },
  });
  const exported = {};
  for (const file of ["network_policy.json", "inventory.json"]) {
    const schema = JSON.parse(readFileSync(new URL(`schemas/${file}`, folder), "utf8"));
    ajv.addSchema(schema);
    if (schema.type) exported[schema.$id] = schema.$id;
  }
  for (const kind of ["Namespace", "Pod", "Workload", "CronJob", "Service", "Node"]) {
    exported[kind[0].toLowerCase() + kind.slice(1)] = `inventory#/$defs/${kind}`;
  }
  const code = standaloneCode.default(ajv, exported).replace(/^"use strict";/, "");
  if (/\brequire\(|^import /m.test(code)) throw new Error("the compiled schemas would load ajv at run time");
  const options = { ...(await prettier.resolveConfig(fileURLToPath(target))), parser: "typescript" };
  return prettier.format(HEAD + code, options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const code = await compile();
  if (process.argv.includes("--check")) {
    if (readFileSync(target, "utf8") !== code) {
      process.stderr.write("compiled_schemas.ts is out of date: run node scripts/compile_schemas.mjs\n");
      process.exitCode = 1;
    }
  } else {
    writeFileSync(target, code);
  }
}
