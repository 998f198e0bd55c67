import type { Command } from "commander";
import { Option } from "commander";
import type { PortsExplanation } from "../../analysis/semantics/explain_ports.js";
import type { Unresolved } from "../../analysis/semantics/resolve_flow.js";
import type { Project } from "../../parser/project.js";
import { answerableProject, refuse } from "../answerable_project.js";
import { EXIT } from "../exit.js";

interface ExplainOptions {
  readonly from: string;
  readonly to: string;
  readonly port?: readonly string[];
  readonly both: boolean;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .requiredOption("--from <end>", "where the connection comes from")
    .requiredOption("--to <end>", "where it goes")
    .option("--port <port>", "destination port, several with commas between (default: any)", collect)
    .option("--both", "ask for the other direction as well", false)
    .addOption(
      new Option("-f, --format <format>", "how the answer is written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
An end is NAMESPACE/POD, a workload's name in place of the pod's, NAMESPACE/KEY=VALUE,... for a pod with just these
labels, or an address. A port is 8080/tcp, 8000-8100/tcp, 53/udp, 9999/sctp, a port's name, icmp, or any.
Exit: 0 all allowed, 1 some denied, 2 error.`,
    )
    .action(run);
}

function collect(port: string, before: readonly string[] = []): readonly string[] {
  return [...before, port];
}

async function run(paths: readonly string[], options: ExplainOptions): Promise<void> {
  const project = await answerableProject("explain", paths);
  if (!project) return;
  const { from, to, both } = options;
  const directions = [{ from, to }, ...(both ? [{ from: to, to: from }] : [])];
  const answers: (readonly PortsExplanation[])[] = [];
  for (const ends of directions) {
    const found = await answer(project, ends, options.port?.join(",") ?? "any");
    if ("message" in found) return fail(found);
    answers.push(found);
  }
  process.stdout.write(`${await written(answers, project, options)}\n`);
  const denied = answers.flat().some(({ explanation }) => explanation.verdict === "deny");
  process.exitCode = denied ? EXIT.findings : EXIT.ok;
}

async function answer(
  { policies, inventory }: Project,
  text: { readonly from: string; readonly to: string },
  port: string,
): Promise<readonly PortsExplanation[] | Unresolved> {
  const [{ explainPorts }, { resolveEnds, resolvePorts }] = await Promise.all([
    import("../../analysis/semantics/explain_ports.js"),
    import("../../analysis/semantics/resolve_flow.js"),
  ]);
  const ends = resolveEnds(text, inventory);
  if ("message" in ends) return ends;
  const ports = resolvePorts(port, ends.to);
  return "message" in ports ? ports : explainPorts(policies, ends, ports);
}

/** One port is explained at length, and others in lines. */
async function written(
  answers: readonly (readonly PortsExplanation[])[],
  project: Project,
  { format, color }: ExplainOptions,
): Promise<string> {
  if (format === "json") {
    const { answersJson, explanationJson } = await import("./json.js");
    const [first, ...more] = answers.flat();
    return first && more.length === 0 && isOnePort(first)
      ? explanationJson(first.explanation, first.flow, project)
      : answersJson(answers.flat(), project);
  }
  const [{ explanationText }, { portsText }, { colorsFor }] = await Promise.all([
    import("./text.js"),
    import("./ports_text.js"),
    import("../../source/pretty.js"),
  ]);
  const colors = colorsFor(process.stdout, color);
  const texts = answers.map((ofDirection) => {
    const [first, ...more] = ofDirection;
    return first && more.length === 0 && isOnePort(first)
      ? explanationText(first.explanation, first.flow, project, colors)
      : portsText(ofDirection, project, colors);
  });
  return texts.join("\n\n");
}

function isOnePort({ ports: [port, ...more] }: PortsExplanation): boolean {
  return port !== undefined && more.length === 0 && port.from === port.to;
}

async function fail({ message, near }: Unresolved): Promise<void> {
  await refuse("explain", message, ...(near.length > 0 ? [`did you mean ${near.join(", ")}?`] : []));
}
