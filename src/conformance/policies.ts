/** Policies of a case, read as any user's file is. */
import type { Policy } from "../ir/policy.js";
import { parseYamlFile } from "../parser/yaml_file.js";
import { isError } from "../source/diagnostic.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { SourceFile, SourceMap } from "../source/source_file.js";

export interface ReadPolicies {
  readonly policies: readonly Policy[];
  readonly sources: SourceMap;
  /** Why an object cannot be in force. */
  readonly refused: readonly Diagnostic[];
}

/** One file an object: a line of the log then names its policy. */
export function readPolicies(objects: readonly unknown[]): ReadPolicies {
  const sources = new SourceMap();
  const files = objects.map((object, index) =>
    parseYamlFile(sources.add(new SourceFile(`policy-${index + 1}.json`, JSON.stringify(object, null, 2)))),
  );
  const policies = files.flatMap((file) => file.policies);
  const diagnostics = files.flatMap((file) => file.diagnostics);
  return {
    policies,
    sources,
    refused: diagnostics.filter((diagnostic) => isError(diagnostic) && !diagnostic.compiles),
  };
}

/** Would the API accept this object? */
export function isAccepted(object: unknown): boolean {
  const file = parseYamlFile(new SourceFile("policy.json", JSON.stringify(object, null, 2)));
  return file.policies.length === 1 && !file.diagnostics.some(isError);
}
