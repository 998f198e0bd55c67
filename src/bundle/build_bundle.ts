import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Form } from "../codegen/form.js";
import type { GeneratedSet } from "../codegen/generate.js";
import { generateSet } from "../codegen/generate.js";
import { bundleOrder, policySets } from "../codegen/policy_set.js";
import { ruleIds } from "../codegen/rule_ids.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { packageVersion } from "../source/package_root.js";
import type { SourceMap } from "../source/source_file.js";
import type { Bundle } from "./bundle.js";
import { bundleError } from "./bundle_error.js";
import { manifestDigest, printIr, printManifest } from "./bundle_json.js";
import type { Compiler } from "./compiler.js";
import { compile, findCompiler, templateDirectory } from "./compiler.js";
import { describePolicy, describeRules, describeSet } from "./describe.js";
import { sha256 } from "./digest.js";
import { MANIFEST_FILE, SCHEMA_VERSION } from "./manifest.js";
import type { Manifest, ManifestSet } from "./manifest.js";
import { foreignContent, replaceDirectory } from "./output_directory.js";
import { portableSources } from "./portable_sources.js";
import { settledNamespaces } from "./settled_namespaces.js";

export interface BuildOptions {
  /** Called when an object is done. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Every set in this form, whatever its size. */
  readonly form?: Form;
  /** Looks at the new bundle before it takes the place of the old one; what it finds wrong stops the build. */
  readonly check?: (bundle: Bundle) => Promise<readonly Diagnostic[]>;
}

const DISPATCHER = { source: "dispatch.bpf.c", object: "dispatch.bpf.o" };

/** Compiles policies into `outDir`, which is replaced as a whole; on an error it stays as it was. */
export async function buildBundle(
  policies: readonly Policy[],
  sources: SourceMap,
  outDir: string,
  options: BuildOptions = {},
): Promise<Bundle | Diagnostic[]> {
  const generated = generateAll(policies, sources, options);
  if (Array.isArray(generated)) return generated;
  const foreign = await foreignContent(outDir);
  if (foreign !== undefined)
    return [
      bundleError("output-refused", outDir, `this is no bundle to replace: ${foreign}`, "give another --out"),
    ];
  const compiler = await findCompiler();
  if ("message" in compiler) return [compiler];
  let problems: Diagnostic[] = [];
  try {
    const manifest = await replaceDirectory(outDir, async (directory) => {
      problems = await compileAll(compiler, directory, generated, options);
      if (problems.length > 0) return undefined;
      const made = await writeManifest(compiler, directory, generated);
      const bundle = { dir: directory, manifest: made, policies: generated.policies };
      problems = [...((await options.check?.(bundle)) ?? [])];
      return problems.length > 0 ? undefined : made;
    });
    return manifest ? { dir: outDir, manifest, policies: generated.policies } : problems;
  } catch (error) {
    return [
      bundleError("output-refused", outDir, `the bundle cannot be written: ${(error as Error).message}`),
    ];
  }
}

/** All that can be said without a compiler. */
export interface Generated {
  readonly policies: readonly Policy[];
  readonly sources: SourceMap;
  readonly sets: readonly (GeneratedSet & { readonly source: string; readonly object: string })[];
}

export function generateAll(
  unordered: readonly Policy[],
  given: SourceMap,
  options: Pick<BuildOptions, "form"> = {},
): Generated | Diagnostic[] {
  const { policies, sources } = portableSources(settledNamespaces(bundleOrder(unordered)), given);
  const ids = ruleIds(policies);
  const sets = policySets(policies);
  const bad = sets.filter(({ name }) => !/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name));
  if (bad.length > 0) return bad.map((set) => badName(set.name, set.networkPolicies[0]!));
  return {
    policies,
    sources,
    sets: sets.map((set) => {
      const base = fileBase(set.name);
      const source = `${base}.bpf.c`;
      const form = options.form && { form: options.form };
      return {
        ...generateSet(set, { ruleIds: ids, sources, file: source, ...form }),
        source,
        object: `${base}.bpf.o`,
      };
    }),
  };
}

function badName(name: string, { span }: Policy): Diagnostic {
  const message = `${JSON.stringify(name)} cannot be the name of a namespace`;
  return { ...bundleError("invalid-name", span.file, message), span };
}

/** `dispatch.bpf.o` is taken; no namespace has a dot in its name. */
function fileBase(set: string): string {
  return set === "dispatch" ? "dispatch.set" : set;
}

async function compileAll(
  compiler: Compiler,
  directory: string,
  { sets }: Generated,
  { onProgress }: BuildOptions,
): Promise<Diagnostic[]> {
  const dispatcher = join(directory, DISPATCHER.source);
  await copyFile(join(templateDirectory(), DISPATCHER.source), dispatcher);
  for (const { source, text } of sets) await writeFile(join(directory, source), text);
  const queue = [DISPATCHER, ...sets];
  const total = queue.length;
  let done = 0;
  const problems: Diagnostic[] = [];
  const work = async () => {
    for (let next = queue.shift(); next && problems.length === 0; next = queue.shift()) {
      const problem = await compile(compiler, directory, next.source, next.object);
      if (problem) problems.push(problem);
      onProgress?.(++done, total);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  await rm(dispatcher);
  return problems;
}

async function writeManifest(
  compiler: Compiler,
  directory: string,
  { policies, sources, sets }: Generated,
): Promise<Manifest> {
  const digest = async (file: string) => sha256(await readFile(join(directory, file)));
  const ir = printIr(policies);
  await writeFile(join(directory, "ir.json"), ir);
  const entries: ManifestSet[] = [];
  for (const { set, layout, form, source, object } of sets) {
    const files = { form, source, sourceSha256: await digest(source), object, sha256: await digest(object) };
    entries.push({ ...describeSet(policies, set, layout), ...files });
  }
  const content: Omit<Manifest, "digest"> = {
    schemaVersion: SCHEMA_VERSION,
    polcVersion: packageVersion(),
    compiler: compiler.name,
    dispatcher: { file: DISPATCHER.object, sha256: await digest(DISPATCHER.object) },
    ir: { file: "ir.json", sha256: sha256(ir) },
    sets: entries,
    rules: describeRules(policies, sources),
    policies: policies.map((policy) => describePolicy(policy, sources)),
  };
  const manifest: Manifest = { ...content, digest: manifestDigest(content) };
  await writeFile(join(directory, MANIFEST_FILE), printManifest(manifest));
  return manifest;
}
