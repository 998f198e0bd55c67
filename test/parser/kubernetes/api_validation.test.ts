import { existsSync, readFileSync } from "node:fs";
import { dump } from "js-yaml";
import { expect, test } from "vitest";
import { parseYamlFile } from "../../../src/parser/yaml_file.js";
import { readDocuments } from "../../../src/parser/yaml/read_documents.js";
import { get, itemsOf, toValue } from "../../../src/parser/yaml/node.js";
import type { Node } from "../../../src/parser/yaml/node.js";
import { read } from "../reading.js";
import { SourceFile } from "../../../src/source/source_file.js";

/** What a real kube-apiserver 1.36 answered to 498 objects, each changed in one place. */
const RECORDED = new URL("../../../../shared/conformance/api-validation.json", import.meta.url);

interface Recorded {
  readonly object: string;
  readonly name: string;
  readonly accepted: boolean;
  readonly reason: string;
  readonly warnings: readonly string[];
}

/** The objects as they were sent: reading them with JSON.parse would lose that a port was written `80.0`. */
function recorded(): Recorded[] {
  const text = readFileSync(RECORDED, "utf8");
  let root: Node | undefined;
  readDocuments(text, (document) => (root = document.root));
  return itemsOf(root).map((item) => {
    const object = get(item, "object")!;
    const value = toValue(item) as unknown as Omit<Recorded, "name" | "object"> & {
      object: { metadata: object };
    };
    return {
      object: text.slice(object.start, object.end),
      name: JSON.stringify(value.object.metadata),
      accepted: value.accepted,
      reason: value.reason,
      warnings: value.warnings,
    };
  });
}

/** The fields that the API's answer names. Its decoder leaves list indexes out when a type is wrong. */
function fieldsOfReason(reason: string): { fields: string[]; withoutIndexes: boolean } {
  const decoding = /cannot unmarshal .* into Go struct field \w+\.(\S+) of type/.exec(reason);
  if (decoding) return { fields: [decoding[1]!], withoutIndexes: true };
  const unknown = [...reason.matchAll(/unknown field "([^"]+)"/g)].map((match) => match[1]!);
  if (unknown.length > 0) return { fields: unknown, withoutIndexes: false };
  const invalid = [
    ...reason.matchAll(/((?:metadata|spec)[\w.[\]]*): (?:Invalid|Required|Unsupported|Forbidden)/g),
  ];
  return { fields: invalid.map((match) => match[1]!), withoutIndexes: false };
}

function sorted(fields: readonly string[]): string[] {
  return [...new Set(fields)].sort();
}

test.skipIf(!existsSync(RECORDED))(
  "errors and warnings are those of kube-apiserver, at the fields it names",
  () => {
    const cases = recorded();
    expect(cases.length).toBeGreaterThanOrEqual(498);
    const differences: unknown[] = [];
    for (const { object, name, accepted, reason, warnings } of cases) {
      // Refused for the request it was sent with, not for what the object says.
      if (reason.includes("does not match the namespace sent on the request")) continue;
      // kubectl sends a whole number in digits: `yaml-verdicts.json` has a port `1e3` of a JSON file accepted.
      const isWhole = /cannot unmarshal number [0-9]+\.0 /.test(reason);
      if (isWhole) expect([name, read(object).diagnostics]).toEqual([name, []]);
      if (isWhole) continue;
      const { policies, diagnostics } = parseYamlFile(new SourceFile("object.json", object));
      const { fields, withoutIndexes } = fieldsOfReason(reason);
      const found = diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message.split(": ")[0]!);
      const actual = withoutIndexes ? found.map((field) => field.replace(/\[\d+\]/g, "")) : found;
      const warned = diagnostics
        .filter(({ rule }) => rule === "noncanonical-cidr")
        .map(({ message }) => message.split(": ")[0]!);
      const expectedWarnings = warnings.map((warning) => /"(\S+): /.exec(warning)![1]!);
      const same =
        accepted === (found.length === 0) &&
        JSON.stringify(sorted(fields)) === JSON.stringify(sorted(actual)) &&
        JSON.stringify(expectedWarnings) === JSON.stringify(warned) &&
        (!accepted || policies.length === 1);
      if (!same) differences.push({ name, reason, fields, found, warned, object: object.slice(0, 1500) });
    }
    expect(differences).toEqual([]);
  },
);

test.skipIf(!existsSync(RECORDED))("an object has the same findings in YAML as in JSON", () => {
  const said = (text: string) =>
    read(text)
      .diagnostics.map(({ rule, message }) => `${rule} ${message}`)
      .sort();
  for (const { object } of recorded()) {
    if (/\d\.0\b[^.]/.test(object.replace(/"[^"]*"/g, ""))) continue; // dumped as an integer
    expect(said(dump(JSON.parse(object)))).toEqual(said(object));
  }
});
