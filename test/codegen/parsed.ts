import { parseYamlFile } from "../../src/parser/yaml_file.js";
import type { Policy } from "../../src/ir/policy.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";

/** YAML policies that have no problems, as if they were in `policies.yaml`. */
export function parsed(yaml: string): { readonly policies: readonly Policy[]; readonly sources: SourceMap } {
  const sources = new SourceMap();
  const { policies, diagnostics } = parseYamlFile(sources.add(new SourceFile("policies.yaml", yaml)));
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return { policies, sources };
}
