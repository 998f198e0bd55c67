import { toManifests } from "../../convert/kubernetes/manifests.js";
import { lostFields } from "../../convert/lost_fields.js";
import type { Converted, Layout } from "../../convert/output_file.js";
import { prove } from "../../convert/proof.js";
import { toPolicyFiles } from "../../convert/typescript/policy_files.js";
import type { Project } from "../../parser/project.js";
import { isError } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import { answerableProject } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { printReport } from "../print_diagnostics.js";
import { outputOf, writeFiles } from "./output.js";

interface ConvertOptions {
  readonly to?: Form;
  readonly out?: string;
  readonly force: boolean;
}

type Form = "yaml" | "ts";

export async function run(paths: readonly string[], options: ConvertOptions): Promise<number> {
  const project = await answerableProject("convert", paths, { depends: "policies" });
  if (!project) return EXIT.usage;
  if (project.policies.length === 0) return fail("convert", `no policies in ${paths.join(" ")}`);
  const to = options.to ?? otherForm(project);
  if (!to) return fail("convert", "the policies are YAML and TypeScript: choose with --to yaml or --to ts");
  const output = outputOf(options.out, to);
  if ("problem" in output) return fail("convert", output.problem);
  const converted = convert(project, to, output.layout);
  const lost = lostFields(project.observations);
  const own = project.diagnostics.filter(({ severity, noPolicy }) => severity !== "note" && !noPolicy);
  const diagnostics = [...own, ...lost, ...converted.diagnostics];
  if (diagnostics.length > 0) printReport(diagnostics, project);
  if (to === "yaml" && project.claims.length > 0)
    process.stderr.write("Claims stay in TypeScript: they are not converted.\n");
  if (converted.diagnostics.some(isError)) return EXIT.findings;
  const code = lost.length + converted.diagnostics.length > 0 ? EXIT.findings : EXIT.ok;
  await prove(project.policies, converted.files);
  if (output.to === "stdout") {
    process.stdout.write(converted.files.map(({ text }) => text).join(""));
    return code;
  }
  const wrote = writeFiles(converted.files, output, options.force);
  if ("problem" in wrote) return fail("convert", wrote.problem);
  process.stdout.write(wrote.written.map((path) => `${printable(path)}\n`).join(""));
  return code;
}

/** Undefined: the policies have both formats. */
function otherForm({ policies }: Project): Form | undefined {
  const forms = new Set(policies.map(({ span }) => (span.file.endsWith(".ts") ? "yaml" : "ts")));
  const [only] = forms;
  return forms.size === 1 ? only : undefined;
}

function convert({ policies, inventory, sources }: Project, to: Form, layout: Layout): Converted {
  return to === "yaml"
    ? toManifests(policies, sources, layout)
    : toPolicyFiles(policies, inventory, sources, layout);
}
