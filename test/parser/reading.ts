import { parseYamlFile } from "../../src/parser/yaml_file.js";
import type { ParsedYamlFile } from "../../src/parser/yaml_file.js";
import type { NetworkPolicy } from "../../src/ir/policy.js";
import type { Diagnostic } from "../../src/source/diagnostic.js";
import { SourceFile } from "../../src/source/source_file.js";

export function read(text: string): ParsedYamlFile {
  return parseYamlFile(new SourceFile("file.yaml", text));
}

/** Each diagnostic as `severity rule at "the text it points at"`. */
export function findings(text: string): string[] {
  return read(text).diagnostics.map((diagnostic) => finding(text, diagnostic));
}

export function finding(text: string, { severity, rule, span }: Diagnostic): string {
  return `${severity} ${rule} at ${JSON.stringify(text.slice(span.start, span.end))}`;
}

/** A value as JSON data without spans. */
export function withoutSpans(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === "span" ? undefined : item)));
}

/** The one policy of a text that has nothing wrong with it. */
export function policyOf(text: string): NetworkPolicy {
  const { policies, diagnostics } = read(text);
  const [policy] = policies;
  if (diagnostics.length > 0 || policies.length !== 1 || policy?.kind !== "NetworkPolicy")
    throw new Error(`expected one clean policy: ${JSON.stringify(diagnostics, undefined, 1)}`);
  return policy;
}

/** A policy named p in namespace x with this spec, in YAML, indented by two. */
export function policy(spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p
  namespace: x
spec:
${spec}`;
}
