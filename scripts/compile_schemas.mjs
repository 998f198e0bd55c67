// Compiles JSON schemas to code, so that no command loads ajv.
//   node scripts/compile_schemas.mjs           writes the files of TARGETS
//   node scripts/compile_schemas.mjs --check   exits 1 if they are not what the schemas give
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import prettier from "prettier";

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
      ...kindsOf("inventory", ["Namespace", "Pod", "Workload", "CronJob", "Service", "Node"]),
    },
  },
  {
    target: "src/config/compiled_schema.ts",
    schemas: ["schemas/config.schema.json"],
    exports: { validateConfig: "https://polc.dev/schemas/config.schema.json" },
  },
];

function kindsOf(schema, kinds) {
  return Object.fromEntries(
    kinds.map((kind) => [kind[0].toLowerCase() + kind.slice(1), `${schema}#/$defs/${kind}`]),
  );
}

async function compile({ target, schemas, exports }) {
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
  const options = {
    ...(await prettier.resolveConfig(fileURLToPath(new URL(target, ROOT)))),
    parser: "typescript",
  };
  const head = `// Made by scripts/compile_schemas.mjs from ${schemas.join(", ")}; change that and run it again.
// @ts-nocheck

`;
  return prettier.format(head + code, options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const each of TARGETS) {
    const code = await compile(each);
    const file = new URL(each.target, ROOT);
    if (!process.argv.includes("--check")) writeFileSync(file, code);
    else if (readFileSync(file, "utf8") !== code) {
      process.stderr.write(`${each.target} is out of date: run node scripts/compile_schemas.mjs\n`);
      process.exitCode = 1;
    }
  }
}
