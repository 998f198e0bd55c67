import type { Command } from "commander";
import { Option } from "commander";
import type { Converted, Layout } from "../../convert/output_file.js";
import type { Project } from "../../parser/project.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { answerableProject, refuse } from "../answerable_project.js";
import { EXIT } from "../exit.js";

interface ConvertOptions {
  readonly to?: Form;
  readonly out?: string;
  readonly force: boolean;
}

type Form = "yaml" | "ts";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .addOption(
      new Option("--to <form>", "what to write; by default what the policies are not").choices([
        "yaml",
        "ts",
      ]),
    )
    .option("-o, --out <path>", "a file, or a folder for a file a namespace; by default standard output")
    .option("--force", "write over files that are there", false)
    .addHelpText(
      "after",
      `
What is written has been read again and decides every flow of every cluster alike.

Exit: 0 converted, 1 the other form cannot say it, 2 usage, no policies, errors in them, or a file is there.`,
    )
    .action(run);
}

async function run(paths: readonly string[], options: ConvertOptions): Promise<void> {
  const project = await answerableProject("convert", paths);
  if (!project) return;
  if (project.policies.length === 0) return refuse("convert", `no policies in ${paths.join(" ")}`);
  const to = options.to ?? otherForm(project);
  if (!to) return refuse("convert", "there are policies in YAML and in TypeScript: say --to yaml or --to ts");
  const { outputOf, writeFiles } = await import("./output.js");
  const output = outputOf(options.out, to);
  if ("problem" in output) return refuse("convert", output.problem);
  const converted = await convert(project, to, output.layout);
  const failed = converted.diagnostics.some(({ severity }) => severity === "error");
  await say([...project.diagnostics, ...converted.diagnostics], project);
  if (to === "yaml" && project.claims.length > 0)
    process.stderr.write("Claims stay in TypeScript: they are not converted.\n");
  if (failed) {
    process.exitCode = EXIT.findings;
    return;
  }
  const { prove } = await import("./proof.js");
  await prove(project.policies, converted.files);
  if (output.to === "stdout") {
    process.stdout.write(converted.files.map(({ text }) => text).join(""));
    return;
  }
  const wrote = writeFiles(converted.files, output, options.force);
  if ("problem" in wrote) return refuse("convert", wrote.problem);
  const { printable } = await import("../../source/printable.js");
  process.stdout.write(wrote.written.map((path) => `${printable(path)}\n`).join(""));
}

/** Undefined: both forms are there. */
function otherForm({ policies }: Project): Form | undefined {
  const forms = new Set(policies.map(({ span }) => (span.file.endsWith(".ts") ? "yaml" : "ts")));
  const [only] = forms;
  return forms.size === 1 ? only : undefined;
}

async function convert(project: Project, to: Form, layout: Layout): Promise<Converted> {
  const { policies, inventory, sources } = project;
  if (to === "yaml") {
    const { toManifests } = await import("../../convert/kubernetes/manifests.js");
    return toManifests(policies, sources, layout);
  }
  const { toPolicyFiles } = await import("../../convert/typescript/policy_files.js");
  return toPolicyFiles(policies, inventory, sources, layout);
}

/** On standard error: standard output is for the files. */
async function say(diagnostics: readonly Diagnostic[], { sources, files }: Project): Promise<void> {
  if (diagnostics.length === 0) return;
  const { colorsFor, prettyReport } = await import("../../source/pretty.js");
  process.stderr.write(`${prettyReport(diagnostics, sources, files, colorsFor(process.stderr))}\n`);
}
