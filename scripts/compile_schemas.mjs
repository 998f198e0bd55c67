// Compiles JSON schemas to code, so that no command loads ajv.
//   node scripts/compile_schemas.mjs           writes the files of TARGETS that are older than what makes them
//   node scripts/compile_schemas.mjs --check   exits 1 if they are not what the schemas give
// The build runs it first; what it writes is not committed.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);

const PARSER = "src/parser/kubernetes";

/** `exports`: schemas by the names that the code exports. */
const TARGETS = [
  {
    target: `${PARSER}/compiled_schemas.ts`,
    schemas: ["network_policy", "tier_policy", "inventory"].map((name) => `${PARSER}/schemas/${name}.json`),
    exports: {
      networkPolicy: "networkPolicy",
      ...kindsOf("tierPolicy", ["ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]),
      ...kindsOf("inventory", [
        "Namespace",
        "Pod",
        "Workload",
        "CronJob",
        "Service",
        "EndpointSlice",
        "Node",
      ]),
    },
  },
  {
    target: "src/config/compiled_schemas.ts",
    schemas: ["schemas/config.schema.json"],
    exports: { validateConfig: "https://polc.dev/schemas/config.schema.json" },
  },
];

function kindsOf(schema, kinds) {
  return Object.fromEntries(
    kinds.map((kind) => [kind[0].toLowerCase() + kind.slice(1), `${schema}#/$defs/${kind}`]),
  );
}

const SELF = fileURLToPath(import.meta.url);
const inRoot = (file) => fileURLToPath(new URL(file, ROOT));

function isCurrent({ target, schemas }) {
  const written = statSync(inRoot(target), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return [SELF, inRoot("package-lock.json"), ...schemas.map(inRoot)].every(
    (file) => statSync(file).mtimeMs < written,
  );
}

/** ajv loads here, so that a build with nothing to write does without. */
async function compile({ schemas, exports }) {
  const { Ajv } = await import("ajv");
  const { default: standaloneCode } = await import("ajv/dist/standalone/index.js");
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    code: { source: true, esm: true, optimize: 2 },
  });
  for (const file of schemas) ajv.addSchema(JSON.parse(readFileSync(new URL(file, ROOT), "utf8")));
  const code = standaloneCode.default(ajv, exports).replace(/^"use strict";/, "");
  if (/\brequire\(|^import /m.test(code)) throw new Error("the compiled schemas would load ajv at run time");
  const head = `// Made by scripts/compile_schemas.mjs from ${schemas.join(", ")}; change that and build again.
// @ts-nocheck

`;
  return head + code;
}

const check = process.argv.includes("--check");
for (const each of TARGETS) {
  if (!check && isCurrent(each)) continue;
  const code = await compile(each);
  if (!check) writeFileSync(inRoot(each.target), code);
  else if (readFileSync(inRoot(each.target), "utf8") !== code) {
    process.stderr.write(`${each.target} is out of date: run npm run schemas\n`);
    process.exitCode = 1;
  }
}
