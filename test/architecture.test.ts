import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { expect, test } from "vitest";

/** The stages in the order in which values flow; a stage imports only from those named with it. docs/architecture.md. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  source: [],
  ir: ["source"],
  services: ["source", "ir"],
  dsl: [],
  parser: ["source", "ir", "dsl"],
  analysis: ["source", "ir"],
  lint: ["source", "ir", "parser", "analysis"],
  rules: ["source", "ir", "parser", "analysis", "lint"],
  codegen: ["source", "ir", "analysis"],
  bundle: ["source", "ir", "services", "codegen"],
  state: ["source", "ir", "services", "analysis", "codegen", "bundle"],
  node: ["source", "ir", "services", "bundle", "state"],
  verify: ["source", "ir", "analysis", "codegen", "bundle", "state", "node"],
  log: ["source", "ir", "services", "state", "node"],
  agent: [
    "source",
    "ir",
    "services",
    "parser",
    "analysis",
    "codegen",
    "bundle",
    "state",
    "node",
    "signing",
    "cluster",
    "log",
  ],
  lab: ["source", "ir", "services", "parser", "analysis", "bundle", "state", "node", "log"],
  conformance: ["source", "ir", "services", "parser", "analysis", "bundle", "state", "node", "verify", "lab"],
  signing: ["source", "bundle", "node"],
  cluster: ["source", "bundle", "node", "signing"],
  deploy: ["source", "ir", "bundle", "node", "analysis", "parser", "signing", "cluster"],
  config: ["source", "ir", "services", "parser", "lint"],
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
    "rules",
    "codegen",
    "bundle",
    "services",
    "state",
    "node",
    "verify",
    "log",
    "lab",
    "signing",
    "cluster",
    "deploy",
    "agent",
  ],
  api: ["source", "ir", "parser", "analysis", "lint", "rules"],
  index: ["source", "ir", "dsl", "analysis", "lint", "api"],
};

/** The rooms of `src/analysis`, likewise. */
const ROOMS: Record<string, readonly string[]> = {
  sets: [],
  semantics: ["sets"],
  question: ["sets", "semantics"],
  cover: ["sets", "semantics"],
  redundancy: ["sets", "semantics", "cover"],
  prove: ["sets", "semantics", "cover"],
  sides: ["sets", "semantics"],
  reachability: ["sets", "semantics", "sides"],
  diff: ["sets", "semantics", "cover", "sides", "reachability"],
};

interface Edge {
  readonly file: string;
  readonly imported: string;
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
      imported: normalize(join(dirname(file), match[1]!)).replace(/\.js$/, ".ts"),
    })),
  );
}

function stageOf(path: string): string {
  const [top, second] = path.split(sep);
  return top === "src" ? second!.replace(/\.(ts|js)$/, "") : top!;
}

function roomOf(path: string): string {
  return path.split(sep)[2]!;
}

/** The first circle found by following imports, as the files on it. */
function circle(all: readonly Edge[]): readonly string[] | undefined {
  const imports = new Map<string, Edge[]>();
  for (const edge of all) imports.set(edge.file, [...(imports.get(edge.file) ?? []), edge]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const { imported } of imports.get(file) ?? []) {
      const found = visit(imported, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

test("a stage imports only from the stages above it", () => {
  const forbidden = edges()
    .map(({ file, imported }) => ({ file, from: stageOf(file), to: stageOf(imported) }))
    .filter(({ from, to }) => from !== to && !MAY_IMPORT[from]?.includes(to));
  expect(forbidden.map(({ file, to }) => `${file} imports from ${to}`)).toEqual([]);
});

test("a room of the analysis imports only from the rooms before it", () => {
  const inside = edges().filter((edge) =>
    [edge.file, edge.imported].every((path) => stageOf(path) === "analysis"),
  );
  const forbidden = inside
    .map(({ file, imported }) => ({ file, from: roomOf(file), to: roomOf(imported) }))
    .filter(({ from, to }) => from !== to && !ROOMS[from]?.includes(to));
  expect(forbidden.map(({ file, to }) => `${file} imports from ${to}`)).toEqual([]);
});

test("no files import each other in a circle", () => {
  expect(circle(edges())).toBeUndefined();
});

test("every stage is found by the import test", () => {
  expect(new Set(edges().map(({ file }) => stageOf(file)))).toEqual(new Set(Object.keys(MAY_IMPORT)));
});
