/** Findings after a change of NetworkPolicies: made anew where they may be others, and else those of the run before. */
import { affectedBy, isAlikeForOthers } from "../../lint/affected/affected.js";
import type { Affected } from "../../lint/affected/affected.js";
import { factsOf, fileFacts, placeOnly } from "../../lint/affected/facts.js";
import type { Compared, PolicyFacts } from "../../lint/affected/facts.js";
import { inOrder } from "../../lint/lint.js";
import type { LintOptions } from "../../lint/lint.js";
import type { Scoped, Scopes } from "../../lint/scopes/scopes.js";
import type { Policy } from "../../ir/policy.js";
import type { FoundFiles } from "../../parser/find_files.js";
import { readProject } from "../../parser/project.js";
import type { LoadOptions, ReadProject } from "../../parser/project.js";
import { holdsPoliciesOnly, parseYamlFile } from "../../parser/yaml_file.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { digest } from "../../source/private_cache.js";
import type { LintResult, Since } from "./kept_findings.js";

export type Facts = ReadonlyMap<string, PolicyFacts>;

/** How a part of the files is read and linted. */
export interface Relinting {
  readonly paths: readonly string[];
  readonly found: FoundFiles;
  readonly load: LoadOptions;
  readonly scopes: (project: Scoped) => Scopes;
  readonly lint: (
    project: ReadProject,
    how: Pick<LintOptions, "scopes" | "elsewhere" | "compared">,
  ) => readonly Diagnostic[];
}

export interface Relinted {
  readonly result: LintResult;
  readonly facts: Facts;
}

/** Undefined if all files have to be linted. */
export async function relint(
  since: Since,
  before: Facts,
  { paths, found, load, scopes, lint }: Relinting,
): Promise<Relinted | undefined> {
  const facts = factsNow(since, before, found);
  const affected = facts && affectedBy(new Set(since.changed.keys()), facts);
  if (!affected || isReferredTo(since, affected)) return undefined;
  const isRead = (path: string) =>
    !facts.get(path)?.isPlain || affected.files.has(path) || affected.beside.has(path);
  const files = found.files.filter(({ path }) => isRead(path));
  const project = await readProject(paths, { ...load, found: { ...found, files } });
  if (!isAsKept(project, since, found)) return undefined;
  const elsewhere = [...facts].flatMap(([file, { policies }]) =>
    isRead(file) ? [] : policies.map((policy) => placeOnly(file, policy)),
  );
  const all = inFileOrder([...project.policies, ...elsewhere], found);
  const compared: Compared = new Map();
  const diagnostics = lint(project, {
    scopes: scopes({ ...project, policies: all, sources: since.result.project.sources }),
    elsewhere,
    compared: (scope, redundant) => compared.set(scope, redundant),
  });
  const compareNow = factsOf(project, compared);
  if (!compareNow || ![...affected.files].every((file) => isAsRedundant(facts, compareNow, file)))
    return undefined;
  const isAffected = ({ span }: Diagnostic) => affected.files.has(span.file);
  const kept = since.result.diagnostics.filter((each) => !isAffected(each));
  const merged = inOrder([...kept, ...diagnostics.filter(isAffected)]);
  return { result: { ...since.result, diagnostics: merged }, facts };
}

/** Undefined unless all that has changed are NetworkPolicies, in what no other file's findings depend on. */
function factsNow({ changed }: Since, before: Facts, { files }: FoundFiles): Facts | undefined {
  const now = new Map(before);
  for (const [path, { file }] of changed) {
    const known = before.get(path);
    const parsed = known && parseYamlFile(file, { named: files.find((each) => each.path === path)!.named });
    if (!parsed || !holdsPoliciesOnly(parsed)) return undefined;
    const facts = fileFacts(parsed.policies, [], true, known.redundant);
    if (!isAlikeForOthers(known, facts)) return undefined;
    now.set(path, facts);
  }
  return now;
}

/** A finding elsewhere may show a place in a changed file, which may have moved. */
function isReferredTo({ changed, result }: Since, { files }: Affected): boolean {
  return result.diagnostics.some(
    ({ span, notes = [], fix }) =>
      !files.has(span.file) &&
      [...notes.flatMap((note) => note.span ?? []), ...(fix?.edits ?? []).map((edit) => edit.span)].some(
        ({ file }) => changed.has(file),
      ),
  );
}

/** What was read is what was compared before it was read. */
function isAsKept(project: ReadProject, { changed, digests }: Since, { files }: FoundFiles): boolean {
  return files.every(({ path }, i) => {
    const text = project.sources.get(path)?.text;
    if (text === undefined) return true;
    const wanted = changed.get(path);
    return wanted ? wanted.file.text === text : digest(text) === digests[i];
  });
}

function isAsRedundant(before: Facts, now: Facts, file: string): boolean {
  return JSON.stringify(before.get(file)?.redundant) === JSON.stringify(now.get(file)?.redundant);
}

function inFileOrder(policies: readonly Policy[], { files }: FoundFiles): readonly Policy[] {
  const order = new Map(files.map(({ path }, i) => [path, i]));
  return [...policies].sort((a, b) => order.get(a.span.file)! - order.get(b.span.file)!);
}
