import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Form } from "../codegen/form.js";
import type { GeneratedC, GeneratedSet } from "../codegen/generate.js";
import { generateSet } from "../codegen/generate.js";
import { bundleOrder, policySets } from "../codegen/policy_set.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { packageVersion } from "../source/package_root.js";
import type { SourceMap } from "../source/source_file.js";
import type { Bundle } from "./bundle.js";
import { bundleError } from "./bundle_error.js";
import { manifestDigest, printIr, printManifest } from "./bundle_json.js";
import type { Compiler } from "./compiler.js";
import { findCompiler } from "./compiler.js";
import { describePolicy, describeRules, describeSet, numberingOf } from "./describe.js";
import { sha256 } from "./digest.js";
import { MANIFEST_FILE, SCHEMA_VERSION } from "./manifest.js";
import type { Manifest, ManifestFile } from "./manifest.js";
import { ObjectCache } from "./object_cache.js";
import { compileObjects } from "./objects.js";
import type { Objects } from "./objects.js";
import { foreignContent, replaceDirectory } from "./output_directory.js";
import { portableSources } from "./portable_sources.js";
import { printServices, SERVICES_FILE } from "./service_tables.js";
import type { BundleServices } from "./service_tables.js";
import { settledNamespaces } from "./settled_namespaces.js";

export interface BuildOptions {
  /** Called when policy sets are compiled, with the number of those that are and of those that have a program. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Where objects of earlier builds are kept; left out: all is compiled. */
  readonly cacheDir?: string;
  /** Every set in this form, whatever its size. */
  readonly form?: Form;
  /** Looks at the new bundle before it takes the place of the old one; what it finds wrong stops the build. */
  readonly check?: (bundle: Bundle) => Promise<readonly Diagnostic[]>;
  /** What nodes are to serve. */
  readonly services?: BundleServices;
}

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
  const content = {
    policies: generated.policies,
    ...(options.services && { services: options.services }),
  };
  try {
    const manifest = await replaceDirectory(outDir, async (directory) => {
      const objects = await writeFiles(compiler, directory, generated, options);
      if (Array.isArray(objects)) return void (problems = objects);
      const made = await writeManifest(compiler, directory, generated, objects, options.services);
      const bundle = { dir: directory, manifest: made, ...content };
      problems = [...((await options.check?.(bundle)) ?? [])];
      return problems.length > 0 ? undefined : made;
    });
    return manifest ? { dir: outDir, manifest, ...content } : problems;
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
  readonly sets: readonly GeneratedSet[];
}

export function generateAll(
  unordered: readonly Policy[],
  given: SourceMap,
  options: Pick<BuildOptions, "form"> = {},
): Generated | Diagnostic[] {
  const { policies, sources } = portableSources(settledNamespaces(bundleOrder(unordered)), given);
  const sets = policySets(policies);
  const bad = sets.filter(({ name }) => !/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name));
  if (bad.length > 0) return bad.map((set) => badName(set.name, set.networkPolicies[0]!));
  return {
    policies,
    sources,
    sets: sets.map((set) => generateSet(set, { ...options, sources, file: `${set.name}.bpf.c` })),
  };
}

function badName(name: string, { span }: Policy): Diagnostic {
  const message = `${JSON.stringify(name)} cannot be the name of a namespace`;
  return { ...bundleError("invalid-name", span.file, message), span };
}

/** Everything but the manifest. */
async function writeFiles(
  compiler: Compiler,
  directory: string,
  { sets }: Generated,
  { onProgress, cacheDir, services }: BuildOptions,
): Promise<Objects | Diagnostic[]> {
  const programs = sets.flatMap(({ program }) => program ?? []);
  const objects = compileObjects(compiler, directory, programs, {
    services: services !== undefined,
    ...(onProgress && { onProgress }),
    ...(cacheDir !== undefined && { cache: new ObjectCache(cacheDir, compiler) }),
  });
  try {
    // While compilers run, and at once: of thousands of files each `await` would take longer than the writing.
    for (const { file, text } of programs) writeFileSync(join(directory, file), text);
  } catch (error) {
    await objects.catch(() => undefined);
    throw error;
  }
  return objects;
}

async function writeManifest(
  compiler: Compiler,
  directory: string,
  { policies, sources, sets }: Generated,
  { shell, byCode, services: objects }: Objects,
  services: BundleServices | undefined,
): Promise<Manifest> {
  const ir = printIr(policies);
  await writeFile(join(directory, "ir.json"), ir);
  const tables = services && printServices(services);
  if (tables !== undefined) await writeFile(join(directory, SERVICES_FILE), tables);
  const numbering = numberingOf(policies);
  const content: Omit<Manifest, "digest"> = {
    schemaVersion: SCHEMA_VERSION,
    polcVersion: packageVersion(),
    compiler: compiler.name,
    shell,
    ir: { file: "ir.json", sha256: sha256(ir) },
    ...(tables !== undefined &&
      objects && { services: { file: SERVICES_FILE, sha256: sha256(tables), objects } }),
    sets: sets.map(({ set, layout, program }) => ({
      ...describeSet(numbering, set, layout),
      ...(program ? describeProgram(program, byCode.get(program.code)!) : { form: "table" }),
    })),
    rules: describeRules(policies, sources),
    policies: policies.map((policy) => describePolicy(policy, sources)),
  };
  const manifest: Manifest = { ...content, digest: manifestDigest(content) };
  await writeFile(join(directory, MANIFEST_FILE), printManifest(manifest));
  return manifest;
}

function describeProgram({ file, text }: GeneratedC, object: ManifestFile) {
  return {
    form: "specialised" as const,
    source: file,
    sourceSha256: sha256(text),
    object: object.file,
    sha256: object.sha256,
  };
}
