/** A whole file: imports, the cluster or its import, constants, and exports. */
import * as dsl from "../../dsl/index.js";
import type { ClusterNames } from "./cluster_names.js";
import { selectorExpression } from "./end.js";
import { call, fields, keyText } from "./expression.js";
import type { Expression } from "./expression.js";
import { COLUMNS, layOut } from "./layout.js";

export interface Constant {
  readonly name: string;
  readonly value: Expression;
}

export interface Exported {
  readonly comment: readonly string[];
  readonly value: Expression;
}

export interface Module {
  readonly names: ClusterNames;
  /** Whether the file names pods for others, for itself, or imports the names from `cluster.ts`. */
  readonly cluster: "export" | "here" | "import";
  readonly constants?: readonly Constant[];
  readonly exported?: readonly Exported[];
}

const EXPORTS: ReadonlySet<string> = new Set(Object.keys(dsl));

export function moduleText({ names, cluster, constants = [], exported = [] }: Module): string {
  const inventory =
    cluster !== "import" && names.size > 0 ? clusterText(names, cluster === "export") : undefined;
  const values = [...constants, ...exported].map(({ value }) => value);
  const words = new Set(values.flatMap(wordsOf));
  const variables = [...names.values()].map(({ variable }) => variable).filter((name) => words.has(name));
  const polc = [...words, ...(inventory ? inventoryWords(names) : [])].filter((word) => EXPORTS.has(word));
  const head = [
    importText(polc, "polc"),
    ...(cluster === "import" && variables.length > 0 ? [importText(variables, "./cluster.js")] : []),
  ].join("\n");
  const constantsText = constants.map(({ name, value }) => {
    const start = `const ${name} = `;
    return `${start}${layOut(value, 0, start.length)};`;
  });
  const parts = [head, inventory, constantsText.join("\n"), exportText(exported)];
  return `${parts.filter((part) => part !== undefined && part !== "").join("\n\n")}\n`;
}

function importText(names: readonly string[], from: string): string {
  const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
  return `import ${braced(sorted, "import ".length, ` from "${from}";`.length)} from "${from}";`;
}

/** `{ a, b }` between texts of these lengths, or a name a line if it does not fit. */
function braced(names: readonly string[], before: number, after: number): string {
  const line = `{ ${names.join(", ")} }`;
  return before + line.length + after <= COLUMNS ? line : oneALine(names);
}

function oneALine(names: readonly string[]): string {
  return `{\n${names.map((name) => `  ${name},\n`).join("")}}`;
}

function clusterText(names: ClusterNames, exported: boolean): string {
  const spec = [...names.values()].map(({ name, members }) => {
    const pods = [...members.values()].map(
      ({ key, selector }) => [key, selectorExpression(selector)] as const,
    );
    return [name, fields(pods)] as const;
  });
  const start = exported ? "export const " : "const ";
  const value = layOut(call("cluster", fields(spec, true)), 0, 0);
  return `${start}${patternText(names, start.length, " = cluster(".length)} = ${value};`;
}

/** More than two variables, one of which is not named like its namespace, go on separate lines. */
function patternText(names: ClusterNames, before: number, after: number): string {
  const variables = [...names.values()].map(({ name, variable }) =>
    name === variable ? name : `${keyText(name)}: ${variable}`,
  );
  const renamed = [...names.values()].some(({ name, variable }) => name !== variable);
  return renamed && variables.length > 2 ? oneALine(variables) : braced(variables, before, after);
}

function inventoryWords(names: ClusterNames): readonly string[] {
  const members = [...names.values()].flatMap((namespace) => [...namespace.members.values()]);
  return ["cluster", ...members.flatMap(({ selector }) => wordsOf(selectorExpression(selector)))];
}

function exportText(exported: readonly Exported[]): string {
  const [only, ...others] = exported;
  if (!only) return "";
  if (others.length === 0)
    return `${commentText(only.comment, "")}export default ${layOut(only.value, 0, "export default ".length)};`;
  const items = exported.map(
    ({ comment, value }) => `${commentText(comment, "  ")}  ${layOut(value, 2, 2)},\n`,
  );
  return `export default [\n${items.join("\n")}];`;
}

function commentText(lines: readonly string[], indent: string): string {
  return lines.map((line) => `${indent}// ${line}\n`).join("");
}

/** The names that an expression uses: its callees, and the objects of its members. */
function wordsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case "text":
      return [/^[\w$]*/.exec(expression.text)![0]];
    case "commented":
      return wordsOf(expression.value);
    case "list":
      return expression.items.flatMap(wordsOf);
    case "fields":
      return expression.fields.flatMap(([, value]) => wordsOf(value));
    case "calls":
      return [
        ...expression.calls.slice(0, 1).map(({ name }) => name),
        ...expression.calls.flatMap((each) => each.arguments.flatMap(wordsOf)),
      ];
  }
}
