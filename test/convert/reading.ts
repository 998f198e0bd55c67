/** Policies of a text, and what convert makes of them. */
import { format } from "prettier";
import { toManifests } from "../../src/convert/kubernetes/manifests.js";
import { sameMeaning } from "../../src/convert/same_meaning.js";
import { toPolicyFiles } from "../../src/convert/typescript/policy_files.js";
import type { Inventory } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { parse } from "../dsl/project.js";

export interface Read {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly sources: SourceMap;
}

export function yaml(text: string, path = "p.yaml"): Read {
  const sources = new SourceMap();
  const { policies, inventory, diagnostics } = parseYamlFile(sources.add(new SourceFile(path, text)));
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { policies, inventory, sources };
}

export async function typescript(text: string): Promise<Read> {
  const { policies, inventory, files, said } = await parse({ "p.policy.ts": text });
  if (said.length > 0) throw new Error(said.join("\n"));
  const sources = new SourceMap();
  for (const file of files) sources.add(file);
  return { policies, inventory, sources };
}

/** The one TypeScript file, after it was read again and found to mean the same and to be laid out as prettier does it. */
export async function asTypeScript(read: Read): Promise<string> {
  const { files } = toPolicyFiles(read.policies, read.inventory, read.sources, "one");
  const again = await typescript(files[0]!.text);
  if (!sameMeaning(read.policies, again.policies)) throw new Error(`another meaning:\n${files[0]!.text}`);
  if ((await format(files[0]!.text, { parser: "typescript", printWidth: 110 })) !== files[0]!.text)
    throw new Error(`prettier writes it in another way:\n${files[0]!.text}`);
  return files[0]!.text;
}

/** The one YAML file, likewise, and what was said. */
export function asYaml({ policies, sources }: Read): {
  readonly text: string;
  readonly said: readonly string[];
} {
  const { files, diagnostics } = toManifests(policies, sources, "one");
  const said = diagnostics.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);
  const text = files[0]!.text;
  if (diagnostics.some(({ severity }) => severity === "error")) return { text: "", said };
  if (!sameMeaning(policies, yaml(text).policies)) throw new Error(`another meaning:\n${text}`);
  return { text, said };
}
