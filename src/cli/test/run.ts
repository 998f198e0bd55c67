import { testClaims } from "../../analysis/prove/test_claims.js";
import type { TestedClaim, WorldName } from "../../analysis/prove/test_claims.js";
import { termsOf } from "../../analysis/semantics/pod_variants.js";
import { unknownNamespaces, unknownNamespacesNote } from "../../analysis/semantics/unknown_namespaces.js";
import { makersWords, podMakersOf } from "../../parser/kubernetes/makers/pod_makers.js";
import type { Project } from "../../parser/project.js";
import { colorsFor } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import { answerableProject } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { whileWatching } from "../files/watch.js";
import type { Pass } from "../files/watch.js";
import { testJson } from "./json.js";
import { testJunit } from "./junit.js";
import { testText } from "./text.js";

interface TestOptions {
  readonly world: WorldName;
  readonly filter?: string;
  readonly format: "pretty" | "json" | "junit";
  readonly watch: boolean;
  readonly color: boolean;
}

export async function run(paths: readonly string[], options: TestOptions): Promise<number> {
  if (!options.watch) return (await testOnce(paths, options)).code;
  if (paths.includes("-")) return fail("test", "standard input can be read only once: --watch needs files");
  return whileWatching("test", paths, () => testOnce(paths, options));
}

async function testOnce(paths: readonly string[], options: TestOptions): Promise<Pass> {
  const project = await answerableProject("test", paths);
  if (!project) return { code: EXIT.usage, files: [] };
  const files = [...project.sources.all()].map(({ path }) => path);
  return { code: testProject(project, paths, options), files };
}

function testProject(project: Project, paths: readonly string[], options: TestOptions): number {
  const { filter = "", world } = options;
  const named = paths.join(" ");
  if (project.claims.length === 0) return fail("test", `no claims in ${named}`, { help: EXAMPLE });
  const claims = project.claims.filter((claim) => textOf(claim, project).includes(filter));
  if (claims.length === 0)
    return fail("test", `none of ${project.claims.length} claims contains "${filter}"`);
  const makers = world === "inventory" ? podMakersOf(project) : [];
  if (world === "inventory" && project.inventory.pods.length === 0) {
    const words = makersWords(makers);
    const but = words ? `, but ${words}` : "";
    return fail("test", `no pods in ${named}${but}`, { help: "name the files that describe them too" });
  }
  const left = makersWords(makers.filter(({ isSure }) => isSure));
  if (left) process.stderr.write(`${printable(`${left}: the claims are not proved for those`)}\n`);
  const tested = testClaims(claims, project, world);
  const notes = world === "inventory" ? unknownNamespacesNote(unknownNamespacesOf(project)) : [];
  process.stdout.write(`${written(tested, project, notes, options)}\n`);
  return exitCode(tested);
}

/** Namespaces whose labels policies or claims use, but no file describes. */
function unknownNamespacesOf({ policies, claims, inventory }: Project): readonly string[] {
  const ends = claims.flatMap(({ from, to, except }) => [
    ...[from, to].flatMap((peers) => peers ?? []),
    ...except.flatMap((each) => [...(each.from ?? []), ...(each.to ?? [])]),
  ]);
  return unknownNamespaces([...termsOf(policies), ...ends], inventory);
}

/** The text that a filter searches: the claim's file, its source, and its words. */
function textOf({ sentence, span }: Project["claims"][number], { sources }: Project): string {
  const written = sources.get(span.file)?.text.slice(span.start, span.end) ?? "";
  return [span.file, written, sentence].join("\n");
}

const EXAMPLE = [
  "claims are written in files such as shop.claims.ts:",
  '  import { check, claims, pods, tcp } from "polc";',
  '  const db = pods({ app: "db" }, { namespace: "shop" });',
  '  const api = pods({ app: "api" }, { namespace: "shop" });',
  "  export default claims(check(api).canReach(db, tcp(5432)), check(db).onlyFrom(api, tcp(5432)));",
].join("\n");

function written(
  tested: readonly TestedClaim[],
  project: Project,
  notes: readonly string[],
  { format, world, color }: TestOptions,
): string {
  switch (format) {
    case "json":
      return testJson(tested, project, world, notes);
    case "junit":
      return testJunit(tested, project, world);
    case "pretty":
      return testText(tested, project, world, notes, colorsFor(process.stdout, color));
  }
}

function exitCode(tested: readonly TestedClaim[]): number {
  if (tested.some(({ proof }) => proof.kind === "broken" || proof.kind === "empty")) return EXIT.findings;
  return tested.some(({ proof }) => proof.kind === "unknown") ? EXIT.usage : EXIT.ok;
}
