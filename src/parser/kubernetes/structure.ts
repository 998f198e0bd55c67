/** Fields and types: what the API server's strict decoder rejects before it checks values. */
import { quoted, shortened } from "../quoted.js";
import { entryOf, get, textOf, toValue } from "../yaml/node.js";
import type { Entry, JsonValue, MappingNode, Node } from "../yaml/node.js";
import * as compiled from "./compiled_schemas.js";
import { nearestName } from "../../source/nearest_name.js";
import type { ObjectReport } from "./object_report.js";

export type SchemaName =
  | "networkPolicy"
  | "clusterNetworkPolicy"
  | "adminNetworkPolicy"
  | "baselineAdminNetworkPolicy"
  | "namespace"
  | "pod"
  | "workload"
  | "cronJob"
  | "service"
  | "endpointSlice"
  | "node";

/** The parts of ajv's errors that are read here. */
interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema: unknown;
  readonly parentSchema: { readonly properties?: object; readonly nullable?: boolean };
}

/** A compiled schema. */
export interface Validator {
  (value: unknown): boolean;
  errors?: SchemaError[] | null;
}

/** Reports a value that is not allowed. */
export type ReportChoice = (
  node: Node,
  path: string,
  allowed: readonly string[],
  report: ObjectReport,
) => void;

/** Reports every structural error of an object, and returns it as plain data. */
export function checkStructure(root: MappingNode, schema: SchemaName, report: ObjectReport): JsonValue {
  const validate = (compiled as unknown as Record<SchemaName, Validator>)[schema];
  return checkAgainst(validate, root, report, reportProtocol);
}

/** The same, for a custom schema. */
export function checkAgainst(
  validate: Validator,
  root: MappingNode,
  report: ObjectReport,
  reportChoice: ReportChoice,
): JsonValue {
  const value = toValue(root);
  if (validate(value)) return value;
  const found = (validate.errors ?? []).map((error) => ({ error, place: locate(root, error.instancePath) }));
  found.sort((a, b) => a.place.node.start - b.place.node.start);
  for (const { error, place } of found) reportError(error, place, report, reportChoice);
  return value;
}

function reportProtocol(node: Node, path: string, _: readonly string[], report: ObjectReport): void {
  report.error("unsupported-protocol", node, path, `${shown(node)} is not a port protocol`, {
    help: "write TCP, UDP or SCTP",
  });
}

function reportError(
  error: SchemaError,
  place: Place,
  report: ObjectReport,
  reportChoice: ReportChoice,
): void {
  const { node, parent } = place;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(error.params["additionalProperty"]);
      const entry = entryOf(node as MappingNode, key)!;
      if (key === "status" && place.path === "" && textOf(get(node, "kind")) === "NetworkPolicy")
        return formerStatus(entry, report);
      report.markUnreadable(node);
      unknownField(entry, place.path, Object.keys(error.parentSchema.properties ?? {}), report);
      return;
    }
    case "type": {
      // The decoder stops at the first wrong type of an object; values of a map are independent of each other.
      const inMap = error.schemaPath.endsWith("/additionalProperties/type");
      if (!inMap && parent && !report.readable(parent)) return;
      if (parent) report.markUnreadable(parent);
      report.markUnreadable(node);
      wrongType(error.schema as string | string[], node, place.path, report);
      return;
    }
    case "minimum":
    case "maximum":
      report.error("port-out-of-range", node, place.path, `${shown(node)} is not between 1 and 65535`, {
        help: "write a port between 1 and 65535",
      });
      return;
    case "required": {
      const field = String(error.params["missingProperty"]);
      report.error(
        "missing-field",
        node,
        place.path === "" ? field : `${place.path}.${field}`,
        "this field is required",
        {
          help: `add \`${field}\``,
        },
      );
      return;
    }
    case "enum":
      return reportChoice(node, place.path, error.schema as readonly string[], report);
    default:
      throw new Error(`the schemas use a keyword that has no message: ${error.keyword}`);
  }
}

function unknownField(entry: Entry, parent: string, known: readonly string[], report: ObjectReport): void {
  const nearest = nearestName(entry.key, known);
  const path = parent === "" ? entry.key : `${parent}.${entry.key}`;
  report.error("unknown-field", entry.keyRange, path, "unknown field", {
    help: nearest ? `did you mean \`${nearest}\`?` : `known fields: ${known.slice(0, 8).join(", ")}`,
  });
}

/** Objects from clusters 1.24 to 1.27 have this field, and it is empty. */
function formerStatus({ keyRange }: Entry, report: ObjectReport): void {
  const text = "unknown field: Kubernetes 1.28 removed it";
  report.error("unknown-field", keyRange, "status", text, { help: "remove it", compiles: true });
}

function wrongType(wanted: string | string[], node: Node, path: string, report: ObjectReport): void {
  const types = (Array.isArray(wanted) ? wanted : [wanted]).filter((type) => type !== "null");
  const names = types.map((type) => TYPE_NAMES[type] ?? type).join(" or ");
  report.error("wrong-type", node, path, `must be ${names}, not ${asWritten(node, report)}`, {
    help: typeHelp(types, node),
  });
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
};

function typeHelp(types: readonly string[], node: Node): string {
  if (types.includes("integer") && node.type === "float")
    return `write an integer, such as ${Math.trunc(node.value) || 80}`;
  if (types.includes("integer") && node.type === "string" && /^[0-9]+$/.test(node.value))
    return `write ${node.value} without quotes`;
  if (types.includes("string") && node.type !== "mapping" && node.type !== "sequence")
    return "quote the value";
  if (types.includes("array")) return "write a list: each entry on a line that starts with `- `";
  if (types.includes("object")) return "write a mapping: `key: value` lines, indented, or `{}`";
  return `write ${types.map((type) => TYPE_NAMES[type] ?? type).join(" or ")} here`;
}

/** Shows `8.05e1` as written, because its author would not look for 80.5. */
function asWritten(node: Node, report: ObjectReport): string {
  return node.type === "float" ? `the number ${shortened(report.edits.written(node), 40)}` : shown(node);
}

/** A value as messages describe it. */
export function shown(node: Node): string {
  switch (node.type) {
    case "mapping":
      return "a mapping";
    case "sequence":
      return "a list";
    case "string":
      return `the text ${quoted(node.value)}`;
    case "boolean":
      return `the boolean ${node.value}`;
    case "null":
      return "nothing";
    default:
      return `the number ${node.value}`;
  }
}

interface Place {
  readonly node: Node;
  /** The innermost mapping around `node`. */
  readonly parent: MappingNode | undefined;
  readonly path: string;
}

/**
 * The node of a JSON pointer, and its path as the API writes it. The path of a map's value is that of the map, since the
 * API names only the map.
 */
function locate(root: MappingNode, pointer: string): Place {
  let node: Node = root;
  let parent: MappingNode | undefined;
  let path = "";
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node.type === "sequence") {
      node = node.items[Number(key)]!;
      path = `${path}[${key}]`;
    } else if (node.type === "mapping") {
      parent = node;
      node = entryOf(node, key)!.value;
      if (!MAPS.test(path)) path = path === "" ? key : `${path}.${key}`;
    }
  }
  return { node, parent, path };
}

const MAPS = /(?:^|\.)(?:matchLabels|labels|annotations|selector)$/;
