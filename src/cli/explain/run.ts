import { answersTo } from "../../analysis/question/answers.js";
import { ask } from "../../analysis/question/question.js";
import type { Unresolved } from "../../analysis/question/unresolved.js";
import { makersWords, podMakersOf } from "../../parser/kubernetes/makers/pod_makers.js";
import type { Project } from "../../parser/project.js";
import { colorsFor } from "../../source/pretty.js";
import { answerableProject } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { serviceSettings } from "../service_settings.js";
import { addressAndPort } from "./address_and_port.js";
import { askedOf } from "./asked.js";
import { toldJson } from "./json.js";
import { toldText } from "./text.js";
import type { Told } from "./told.js";

interface ExplainOptions {
  readonly from: string;
  readonly to: string;
  readonly port?: readonly string[];
  readonly both: boolean;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}

export async function run(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const project = await answerableProject("explain", paths, { depends: "inventory and ports" });
  if (!project) return EXIT.usage;
  const { from, both } = options;
  const service = addressAndPort(options.to);
  if (service && options.port)
    return fail("explain", `${options.to} and --port are two ports`, { help: "leave one of them out" });
  const to = service?.address ?? options.to;
  const port = service?.port ?? options.port?.join(",") ?? "any";
  const directions = [{ from, to }, ...(both ? [{ from: to, to: from }] : [])];
  const told: Told[] = [];
  for (const text of directions) {
    const found = await tell(project, text, port, options);
    if (!found) return EXIT.usage;
    if ("message" in found) return failUnresolved(found, text, project);
    told.push(found);
  }
  process.stdout.write(`${written(told, project, options)}\n`);
  const parts = told.flatMap(({ answers }) => answers.flatMap((each) => each.parts));
  return parts.some(({ explanation }) => explanation.verdict === "deny") ? EXIT.findings : EXIT.ok;
}

/** undefined: the configuration cannot be read, which was printed. */
async function tell(
  { policies, inventory }: Project,
  text: Told["text"],
  port: string,
  { color }: Pick<ExplainOptions, "color">,
): Promise<Told | Unresolved | undefined> {
  const question = ask({ ...text, port }, inventory, policies);
  if ("message" in question) return question;
  const settings = question.leads.length > 0 ? await serviceSettings({ color }) : {};
  if (!settings) return undefined;
  const asked = askedOf(question, text.to, inventory, settings);
  return { text, question, answers: answersTo(question, policies), asked };
}

function written(told: readonly Told[], project: Project, { format, color }: ExplainOptions): string {
  if (format === "json") return toldJson(told, project);
  const colors = colorsFor(process.stdout, color);
  return told.map((each) => toldText(each, project, colors)).join("\n\n");
}

function failUnresolved(
  { message, similar }: Unresolved,
  { from, to }: { readonly from: string; readonly to: string },
  project: Project,
): number {
  const missing = [from, to].filter((text) => message.includes(text)).map((text) => text.split("/")[0]!);
  const makers = makersWords(podMakersOf(project), new Set(missing));
  const advice = [
    ...(similar.length > 0 ? [`did you mean ${similar.join(", ")}?`] : []),
    ...(makers ? ["name one of their pods by its labels: NAMESPACE/KEY=VALUE,..."] : []),
  ];
  return fail("explain", message, {
    ...(makers && { details: [`but ${makers}`] }),
    ...(advice.length > 0 && { help: advice.join("\n") }),
  });
}
