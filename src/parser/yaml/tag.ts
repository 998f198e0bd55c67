/** Explicit tags. Only those of the YAML core are read; any other would give a value that the API never sees. */
import { quoted } from "../quoted.js";
import type { Range, ScalarNode } from "./node.js";
import { plainScalar } from "./plain_scalar.js";
import type { Problem } from "./problem.js";

type Kind = "scalar" | "sequence" | "mapping";
type Meaning = Pick<ScalarNode, "type" | "value">;

const CORE: Readonly<Record<string, Kind>> = {
  str: "scalar",
  int: "scalar",
  float: "scalar",
  bool: "scalar",
  null: "scalar",
  seq: "sequence",
  map: "mapping",
};

const SCALARS: Readonly<Record<string, ScalarNode["type"]>> = {
  str: "string",
  int: "integer",
  float: "float",
  bool: "boolean",
  null: "null",
};

const MERGE: ReadonlySet<string> = new Set(["!!merge", "!<tag:yaml.org,2002:merge>"]);

export function collectionTag(tag: string, kind: "sequence" | "mapping", range: Range): Problem | undefined {
  const name = coreName(tag);
  return tag === "!" || (name !== undefined && CORE[name] === kind) ? undefined : unknownTag(tag, range);
}

/** What a tagged scalar means, or the problem with its tag. */
export function taggedScalar(tag: string, range: Range, text: string): Meaning | Problem {
  // As yq writes a merge key; `mapping.ts` knows it by its text.
  if (text === "<<" && MERGE.has(tag)) return { type: "string", value: text };
  const name = coreName(tag);
  if (name === undefined || CORE[name] !== "scalar") return unknownTag(tag, range);
  if (name === "str") return { type: "string", value: text };
  const plain = plainScalar(text);
  if (name === "float" && plain.type === "integer") return { type: "float", value: plain.value as number };
  if (plain.type === SCALARS[name]) return plain;
  return {
    rule: "yaml-tag",
    severity: "error",
    message: `the value is no ${name}, as its tag says`,
    range,
    help: "remove the tag, or correct the value",
  };
}

function coreName(tag: string): string | undefined {
  const prefix = ["!!", "!<tag:yaml.org,2002:"].find((start) => tag.startsWith(start));
  if (!prefix) return undefined;
  const name = tag.slice(prefix.length).replace(/>$/, "");
  return Object.hasOwn(CORE, name) ? name : undefined;
}

function unknownTag(tag: string, range: Range): Problem {
  return {
    rule: "yaml-tag",
    severity: "error",
    message: `the tag ${quoted(tag)} is not known here`,
    range,
    help: "remove the tag; Kubernetes objects need none",
  };
}
