import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { expect, test } from "vitest";

/** The stages in the order in which values flow; a stage imports only from those named with it. docs/architecture.md. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  source: [],
  ir: ["source"],
  dsl: [],
  parser: ["source", "ir", "dsl"],
  analysis: ["source", "ir"],
  lint: ["source", "ir", "parser", "analysis", "rules"],
  rules: ["source", "ir", "parser", "analysis", "lint"],
  codegen: ["source", "ir", "analysis"],
  bundle: ["source", "ir", "codegen"],
  state: ["source", "ir", "analysis", "codegen", "bundle"],
  agent: ["source", "ir", "bundle", "state"],
  verify: ["source", "ir", "analysis", "codegen", "bundle", "state", "agent"],
  log: ["source", "ir", "state", "agent"],
  lab: ["source", "ir", "parser", "analysis", "bundle", "state", "agent", "log"],
  conformance: ["source", "ir", "parser", "analysis", "bundle", "state", "agent", "verify", "lab"],
  config: ["source", "ir", "parser", "lint"],
  convert: ["source", "ir", "dsl", "parser", "analysis"],
  lsp: ["source", "ir", "parser", "lint"],
  cli: [
    "config",
    "convert",
    "lsp",
    "source",
    "ir",
    "parser",
    "analysis",
    "lint",
    "codegen",
    "bundle",
    "state",
    "agent",
    "verify",
    "log",
    "lab",
  ],
  api: ["source", "ir", "parser", "analysis", "lint"],
  index: ["source", "ir", "dsl", "analysis", "lint", "api"],
};

interface Edge {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function edges(): Edge[] {
  const files = ["src", "rules"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => join(folder, file)),
  );
  return files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) => ({
      file,
      from: stageOf(file),
      to: stageOf(normalize(join(dirname(file), match[1]!))),
    })),
  );
}

function stageOf(path: string): string {
  const [top, second] = path.split(sep);
  return top === "src" ? second!.replace(/\.(ts|js)$/, "") : top!;
}

test("a stage imports only from the stages above it", () => {
  const forbidden = edges().filter(({ from, to }) => from !== to && !MAY_IMPORT[from]?.includes(to));
  expect(forbidden.map(({ file, to }) => `${file} imports from ${to}`)).toEqual([]);
});

test("every stage is found by the import test", () => {
  expect(new Set(edges().map(({ from }) => from))).toEqual(new Set(Object.keys(MAY_IMPORT)));
});
