import type { Command } from "commander";
import { Option } from "commander";
import type { Project } from "../../parser/project.js";
import { answerableProject, refuse } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import type { TestedClaim, WorldName } from "./claims.js";

interface TestOptions {
  readonly world: WorldName;
  readonly filter?: string;
  readonly format: "pretty" | "json" | "junit";
  readonly watch: boolean;
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files, claims files and folders; - is standard input", ["."])
    .addOption(
      new Option("--world <world>", "what the claims are proved for: every cluster, or the pods in the files")
        .choices(["every-cluster", "inventory"])
        .default("every-cluster"),
    )
    .option("--filter <text>", "only claims with this text in them, or in the name of their file")
    .addOption(
      new Option("-f, --format <format>", "how the results are written")
        .choices(["pretty", "json", "junit"])
        .default("pretty"),
    )
    .option("--watch", "test again whenever a file changes", false)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nExit: 0 every claim holds, 1 one is broken or empty, 2 one could not be proved, no claims, or an error.",
    )
    .action(run);
}

async function run(paths: readonly string[], options: TestOptions): Promise<void> {
  if (!options.watch) {
    await testOnce(paths, options);
    return;
  }
  if (paths.includes("-")) return refuse("test", "standard input can be read only once: --watch needs files");
  const { whileWatching } = await import("../files/watch.js");
  await whileWatching("test", paths, () => testOnce(paths, options));
}

/** The files that were read. */
async function testOnce(paths: readonly string[], options: TestOptions): Promise<readonly string[]> {
  const project = await answerableProject("test", paths);
  if (!project) return [];
  const files = [...project.sources.all()].map(({ path }) => path);
  if (project.claims.length === 0) {
    await refuse("test", `no claims in ${paths.join(" ")}`, ...EXAMPLE);
    return files;
  }
  const { filter = "", world } = options;
  const claims = project.claims.filter((claim) => textOf(claim, project).includes(filter));
  if (claims.length === 0)
    await refuse("test", `none of ${project.claims.length} claims holds the text ${filter}`);
  else if (world === "inventory" && project.inventory.pods.length === 0)
    await refuse("test", `no pods in ${paths.join(" ")}`, "name the files that describe them as well");
  else {
    const { testClaims } = await import("./claims.js");
    const tested = testClaims(claims, project, world);
    process.stdout.write(`${await written(tested, project, options)}\n`);
    process.exitCode = exitCode(tested);
  }
  return files;
}

/** What a filter looks at: where the claim is, how it is written, and how it reads. */
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
];

async function written(
  tested: readonly TestedClaim[],
  project: Project,
  { format, world, color }: TestOptions,
): Promise<string> {
  switch (format) {
    case "json":
      return (await import("./json.js")).testJson(tested, project, world);
    case "junit":
      return (await import("./junit.js")).testJunit(tested, project, world);
    case "pretty": {
      const [{ testText }, { colorsFor }] = await Promise.all([
        import("./text.js"),
        import("../../source/pretty.js"),
      ]);
      return testText(tested, project, world, colorsFor(process.stdout, color));
    }
  }
}

function exitCode(tested: readonly TestedClaim[]): number {
  if (tested.some(({ proof }) => proof.kind === "broken" || proof.kind === "empty")) return EXIT.findings;
  return tested.some(({ proof }) => proof.kind === "unknown") ? EXIT.usage : EXIT.ok;
}
