import { explainPorts } from "../../analysis/semantics/explain_ports.js";
import type { PortsExplanation } from "../../analysis/semantics/explain_ports.js";
import { resolveEnds, resolvePorts } from "../../analysis/semantics/resolve_flow.js";
import type { Unresolved } from "../../analysis/semantics/resolve_flow.js";
import type { Project } from "../../parser/project.js";
import { colorsFor } from "../../source/pretty.js";
import { answerableProject } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { answersJson, explanationJson } from "./json.js";
import { portsText } from "./ports_text.js";
import { explanationText } from "./text.js";

interface ExplainOptions {
  readonly from: string;
  readonly to: string;
  readonly port?: readonly string[];
  readonly both: boolean;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}

export async function run(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const project = await answerableProject("explain", paths);
  if (!project) return EXIT.usage;
  const { from, to, both } = options;
  const directions = [{ from, to }, ...(both ? [{ from: to, to: from }] : [])];
  const answers: (readonly PortsExplanation[])[] = [];
  for (const ends of directions) {
    const found = answer(project, ends, options.port?.join(",") ?? "any");
    if ("message" in found) return failUnresolved(found);
    answers.push(found);
  }
  process.stdout.write(`${written(answers, project, options)}\n`);
  const denied = answers.flat().some(({ explanation }) => explanation.verdict === "deny");
  return denied ? EXIT.findings : EXIT.ok;
}

function answer(
  { policies, inventory }: Project,
  text: { readonly from: string; readonly to: string },
  port: string,
): readonly PortsExplanation[] | Unresolved {
  const ends = resolveEnds(text, inventory);
  if ("message" in ends) return ends;
  const ports = resolvePorts(port, ends.to);
  return "message" in ports ? ports : explainPorts(policies, ends, ports);
}

/** One port is explained at length, and others in lines. */
function written(
  answers: readonly (readonly PortsExplanation[])[],
  project: Project,
  { format, color }: ExplainOptions,
): string {
  if (format === "json") {
    const [first, ...more] = answers.flat();
    return first && more.length === 0 && isOnePort(first)
      ? explanationJson(first.explanation, first.flow, project)
      : answersJson(answers.flat(), project);
  }
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

function failUnresolved({ message, near }: Unresolved): number {
  return fail("explain", message, near.length > 0 ? { help: `did you mean ${near.join(", ")}?` } : {});
}
