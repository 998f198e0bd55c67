/** `metadata`, checked as the API server's `ValidateObjectMeta` does. */
import { namespaced } from "../../ir/namespaced.js";
import type { Namespaced } from "../../ir/namespaced.js";
import { quoted } from "../quoted.js";
import { asMapping, entriesOf, get, itemsOf, textOf } from "../yaml/node.js";
import type { MappingNode, Node, Range } from "../yaml/node.js";
import { generatedName } from "./generated_name.js";
import { bytes, dnsLabelError, dnsSubdomainError, labelValueError, qualifiedNameError } from "./names.js";
import type { ObjectReport } from "./object_report.js";

export interface ObjectName extends Namespaced {
  readonly name: string;
  /** Where the name is written. */
  readonly at: Range;
}

const ANNOTATION_BYTES = 256 * 1024;

/** Checks the metadata of a namespaced object, and returns its name. An omitted namespace reads as `default`. */
export function readMetadata(root: MappingNode, report: ObjectReport): ObjectName | undefined {
  const metadata = asMapping(get(root, "metadata"));
  const name = readName(root, metadata, report);
  const place = readNamespace(metadata, report);
  if (metadata) {
    checkLabels(get(metadata, "labels"), "metadata.labels", report);
    checkAnnotations(get(metadata, "annotations"), report);
    checkFinalizers(get(metadata, "finalizers"), report);
    checkOwners(get(metadata, "ownerReferences"), report);
    checkSystemFields(metadata, report);
  }
  return name && { ...name, ...place };
}

function readName(root: MappingNode, metadata: MappingNode | undefined, report: ObjectReport) {
  const name = get(metadata, "name");
  const generate = get(metadata, "generateName");
  const prefix = textOf(generate) ?? "";
  // A generated name appends five characters to the prefix, which may end in a hyphen.
  const prefixError = prefix === "" ? undefined : dnsSubdomainError(prefix.replace(/-$/, "a"));
  if (prefixError)
    report.error("invalid-name", generate!, "metadata.generateName", `${quoted(prefix)} ${prefixError}`, {
      help: "use lower-case letters, digits, `-` and `.`",
    });
  const text = textOf(name);
  if (text) {
    const error = dnsSubdomainError(text);
    if (!error) return { name: text, at: name! };
    report.error("invalid-name", name!, "metadata.name", `${quoted(text)} ${error}`, {
      help: "use lower-case letters, digits, `-` and `.`",
    });
    return undefined;
  }
  if (prefix !== "" && (name === undefined || text === ""))
    return { name: generatedName(prefix, root, `${report.file} ${root.start} `), at: generate! };
  const owner = metadata ?? root;
  if (report.readable(owner))
    report.error("missing-name", name ?? owner, "metadata.name", "the object has no name", {
      help: "add `name:` under `metadata:`",
    });
  return undefined;
}

function readNamespace(metadata: MappingNode | undefined, report: ObjectReport): Namespaced {
  const namespace = get(metadata, "namespace");
  const text = textOf(namespace);
  if (!text) return namespaced(undefined);
  const error = dnsLabelError(text);
  if (error)
    report.error("invalid-name", namespace!, "metadata.namespace", `${quoted(text)} ${error}`, {
      help: "write the name of a namespace",
    });
  return namespaced(text);
}

/** Keys and values of a map of labels; `path` is the map's, which is all that the API names. */
export function checkLabels(
  labels: Node | undefined,
  path: string,
  report: ObjectReport,
  kind: "error" | "selectorError" = "error",
): void {
  for (const { key, keyRange, value } of entriesOf(labels)) {
    const keyError = qualifiedNameError(key);
    if (keyError)
      report[kind]("invalid-label", keyRange, path, `the key ${quoted(key)} ${keyError}`, LABEL_KEY);
    const text = textOf(value);
    const valueError = text === undefined ? undefined : labelValueError(text);
    if (valueError)
      report[kind]("invalid-label", value, path, `the value ${quoted(text!)} ${valueError}`, LABEL_VALUE);
  }
}

export const LABEL_KEY = { help: "write a key such as `app` or `example.com/app`" };
export const LABEL_VALUE = { help: "write a valid label value, such as `web` or `v1.2`" };

function checkAnnotations(annotations: Node | undefined, report: ObjectReport): void {
  const path = "metadata.annotations";
  let size = 0;
  for (const { key, keyRange, value } of entriesOf(annotations)) {
    const error = qualifiedNameError(key.toLowerCase());
    if (error)
      report.error("invalid-annotation", keyRange, path, `the key ${quoted(key)} ${error}`, {
        help: "write a key such as `example.com/owner`",
      });
    size += bytes(key) + bytes(textOf(value) ?? "");
  }
  if (size > ANNOTATION_BYTES)
    report.error(
      "annotations-too-long",
      annotations!,
      path,
      `${size} bytes exceed the limit of ${ANNOTATION_BYTES}`,
      {
        help: "keep large data in a ConfigMap",
      },
    );
}

const STANDARD_FINALIZERS = ["kubernetes", "orphan", "foregroundDeletion"];

function checkFinalizers(finalizers: Node | undefined, report: ObjectReport): void {
  for (const [index, finalizer] of itemsOf(finalizers).entries()) {
    const text = textOf(finalizer);
    if (text === undefined) continue;
    const error = qualifiedNameError(text);
    if (error)
      report.error(
        "invalid-finalizer",
        finalizer,
        "metadata.finalizers",
        `${quoted(text)} ${error}`,
        FINALIZER,
      );
    else if (!report.isCustom && !text.includes("/") && !STANDARD_FINALIZERS.includes(text))
      report.error(
        "invalid-finalizer",
        finalizer,
        `metadata.finalizers[${index}]`,
        `${quoted(text)} has no domain`,
        FINALIZER,
      );
  }
}

const FINALIZER = { help: "write a name with a domain, such as `example.com/cleanup`" };

function checkOwners(owners: Node | undefined, report: ObjectReport): void {
  const path = "metadata.ownerReferences";
  const controllers = itemsOf(owners).filter((owner) => {
    const controller = get(owner, "controller");
    return controller?.type === "boolean" && controller.value;
  });
  for (const owner of itemsOf(owners)) {
    if (!report.readable(owner)) continue;
    for (const field of ["apiVersion", "kind", "name", "uid"])
      if (!textOf(get(owner, field)))
        report.error(
          "missing-field",
          get(owner, field) ?? owner,
          `${path}.${field}`,
          "an owner needs this field",
          {
            help: `add \`${field}\`, or remove the owner`,
          },
        );
  }
  if (controllers.length > 1)
    report.error("invalid-owner", controllers[1]!, path, "two owners are marked as the controller", {
      help: "set `controller: true` on one owner only",
    });
}

const RFC3339 =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})$/;

function checkSystemFields(metadata: MappingNode, report: ObjectReport): void {
  for (const field of ["creationTimestamp", "deletionTimestamp"]) {
    const node = get(metadata, field);
    if (node?.type === "string" && !(RFC3339.test(node.value) && Number.isFinite(Date.parse(node.value))))
      report.error("invalid-time", node, `metadata.${field}`, `${quoted(node.value)} is not a time`, {
        help: "remove the field; the API server sets it",
      });
  }
}
