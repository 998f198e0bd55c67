import type { Command } from "commander";
import { Option } from "commander";
import type { Project } from "../parser/project.js";
import { EXIT } from "./exit.js";

interface ExplainOptions {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .requiredOption("--from <end>", "where the connection comes from: NAMESPACE/POD or an address")
    .requiredOption("--to <end>", "where it goes: NAMESPACE/POD or an address")
    .requiredOption("--port <port>", "destination port: 8080/tcp, 53/udp, 9999/sctp, a port's name, or icmp")
    .addOption(
      new Option("-f, --format <format>", "how the answer is written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText("after", "\nA workload's name stands for its pods.\nExit: 0 allow, 1 deny, 2 error.")
    .action(run);
}

async function run(paths: readonly string[], options: ExplainOptions): Promise<void> {
  const [{ loadProject }, { explain }, { resolveFlow }] = await Promise.all([
    import("../parser/project.js"),
    import("../analysis/explain.js"),
    import("../analysis/resolve_flow.js"),
  ]);
  const project = await loadProject(paths);
  if (await refused(project, paths)) return;
  const flow = resolveFlow(options, project.inventory);
  if ("message" in flow) return fail(flow.message, flow.near);
  const explanation = explain(project.policies, flow);
  if (options.format === "json") {
    const { explanationJson } = await import("./explain_json.js");
    process.stdout.write(`${explanationJson(explanation, flow, project)}\n`);
  } else {
    const [{ explanationText }, { colorsFor }] = await Promise.all([
      import("./explain_text.js"),
      import("../source/pretty.js"),
    ]);
    const colors = colorsFor(process.stdout, options.color);
    process.stdout.write(`${explanationText(explanation, flow, project, colors)}\n`);
  }
  process.exitCode = explanation.verdict === "allow" ? EXIT.ok : EXIT.findings;
}

/** An answer from policies of which some could not be read would be a guess. */
async function refused(project: Project, paths: readonly string[]): Promise<boolean> {
  const errors = project.diagnostics.filter(({ severity, compiles }) => severity === "error" && !compiles);
  if (errors.length > 0) {
    const { colorsFor, prettyReport } = await import("../source/pretty.js");
    const colors = colorsFor(process.stderr);
    process.stderr.write(`${prettyReport(errors, project.sources, project.files, colors)}\n`);
    process.exitCode = EXIT.usage;
  } else if (project.files === 0) {
    await fail(`no policy files in ${paths.join(" ")}`, []);
  }
  return process.exitCode === EXIT.usage;
}

async function fail(message: string, near: readonly string[]): Promise<void> {
  const { printable } = await import("../source/printable.js");
  const hint = near.length > 0 ? `\n  did you mean ${near.map(printable).join(", ")}?` : "";
  process.stderr.write(`polc explain: ${printable(message)}${hint}\n`);
  process.exitCode = EXIT.usage;
}
