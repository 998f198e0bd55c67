import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { Lab } from "../lab/lab.js";
import type { PoliciesRefused, Probed, SessionInput } from "../lab/session.js";
import type { Project } from "../parser/project.js";
import { EXIT } from "./exit.js";

interface LabOptions {
  readonly probe: string;
  readonly keep: boolean;
  readonly nodes: number;
  readonly format: "table" | "json";
  readonly timeout: number;
  readonly apply?: string;
  readonly down?: string | true;
  readonly color: boolean;
}

/** What a shell reports for a process that SIGINT ended. */
const INTERRUPTED = 130;

export function define(command: Command): void {
  command
    .argument("[paths...]", "policies and the manifests of what runs; - is standard input", ["."])
    .option("--probe <what>", "all pairs on all ports, none, or a file of lines FROM TO PORT/PROTOCOL", "all")
    .option("--keep", "leave the lab running, and say how to enter it", false)
    .option("--nodes <n>", "nodes that the pods are spread over", parseNodes, 2)
    .addOption(
      new Option("-f, --format <format>", "how the result is written")
        .choices(["table", "json"])
        .default("table"),
    )
    .option("--timeout <ms>", "how long an answer may take", parseTimeout, 1000)
    .option(
      "--apply <name>",
      "in this kept lab: replace the policies, and the labels of pods that the paths describe",
    )
    .option("--down [name]", "take this kept lab down; without a name, what killed labs left behind")
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nNeeds root.\nExit: 0 every connection is as the policies say, 1 one is not, 2 it could not be run.",
    )
    .action(run);
}

function parseNodes(text: string): number {
  if (!/^([1-9]|1[0-6])$/.test(text)) throw new InvalidArgumentError("It is not a number from 1 to 16.");
  return Number(text);
}

function parseTimeout(text: string): number {
  if (!/^[1-9][0-9]{1,4}$/.test(text))
    throw new InvalidArgumentError("It is not a number of milliseconds from 10 to 99999.");
  return Number(text);
}

async function run(paths: readonly string[], options: LabOptions): Promise<void> {
  const [{ LabError }, session, { Interrupted }] = await Promise.all([
    import("../lab/command.js"),
    import("../lab/session.js"),
    import("../lab/run/interruption.js"),
  ]);
  try {
    process.exitCode = await perform(paths, options);
  } catch (error) {
    if (error instanceof LabError) return void (await fail(error.message, error.help));
    if (error instanceof session.PoliciesRefused) return showRefused(error);
    if (!(error instanceof Interrupted)) throw error;
    process.exitCode = INTERRUPTED;
  }
}

async function showRefused({ diagnostics, sources }: PoliciesRefused): Promise<void> {
  const { colorsFor, prettyDiagnostic } = await import("../source/pretty.js");
  const colors = colorsFor(process.stderr);
  for (const diagnostic of diagnostics)
    process.stderr.write(`${prettyDiagnostic(diagnostic, sources, colors)}\n`);
  process.exitCode = EXIT.usage;
}

async function perform(paths: readonly string[], options: LabOptions): Promise<number> {
  const [{ requireLab }, { takeDownDead }] = await Promise.all([
    import("../lab/run/requirements.js"),
    import("../lab/run/take_down.js"),
  ]);
  requireLab();
  for (const name of await takeDownDead()) process.stderr.write(`took down ${name}, whose process is gone\n`);
  if (options.down !== undefined) return takeDownKept(options.down);
  const project = await readProject(paths);
  if (!project) return EXIT.usage;
  return options.apply === undefined
    ? runNew(project, options)
    : applyToKept(options.apply, project, options);
}

async function runNew(project: Project, options: LabOptions): Promise<number> {
  const [{ planLab }, { labName }, { runLab }, { Progress }, { interruptible }] = await Promise.all([
    import("../lab/plan.js"),
    import("../lab/run/run_name.js"),
    import("../lab/session.js"),
    import("../lab/report/progress.js"),
    import("../lab/run/interruption.js"),
  ]);
  const plan = planLab(labName(), project.inventory, options.nodes);
  const probed = await interruptible((signal) =>
    runLab(plan, project, settings(options), new Progress(), signal),
  );
  const code = await report(probed, options);
  if (options.keep) await sayHowToUse(probed);
  return code;
}

async function applyToKept(name: string, project: SessionInput, options: LabOptions): Promise<number> {
  const [{ enterKept, stepOut }, { changeLab }, { Progress }, { interruptible }] = await Promise.all([
    import("../lab/run/kept.js"),
    import("../lab/session.js"),
    import("../lab/report/progress.js"),
    import("../lab/run/interruption.js"),
  ]);
  const { lab, ports } = enterKept(name);
  sayUnknownPods(lab, project);
  const probed = await interruptible(async (signal) => {
    try {
      return await changeLab(lab, ports, project, settings(options), new Progress(), signal);
    } finally {
      await stepOut(lab, ports);
    }
  });
  return report(probed, options);
}

async function takeDownKept(name: string | true): Promise<number> {
  if (name === true) return EXIT.ok;
  const { takeDown } = await import("../lab/run/take_down.js");
  return (await takeDown(name)) ? EXIT.ok : fail(`no lab is called ${name}`);
}

function settings({ probe, timeout, keep }: LabOptions): { probe: string; timeoutMs: number; keep: boolean } {
  return { probe, timeoutMs: timeout, keep };
}

/** What the paths hold; undefined after errors were shown. A lab of policies of which some could not be read would mislead. */
async function readProject(paths: readonly string[]): Promise<Project | undefined> {
  const { loadProject } = await import("../parser/project.js");
  const project = await loadProject(paths);
  const errors = project.diagnostics.filter(({ severity, compiles }) => severity === "error" && !compiles);
  if (errors.length > 0) {
    const { colorsFor, prettyReport } = await import("../source/pretty.js");
    process.stderr.write(
      `${prettyReport(errors, project.sources, project.files, colorsFor(process.stderr))}\n`,
    );
    return undefined;
  }
  if (project.files > 0) return project;
  await fail(`no policy files in ${paths.join(" ")}`);
  return undefined;
}

async function report(probed: Probed, { format, color, probe }: LabOptions): Promise<number> {
  const [{ jsonReport, summaryOf, textReport }, { colorsFor }] = await Promise.all([
    import("../lab/report/report.js"),
    import("../source/pretty.js"),
  ]);
  if (format === "json") process.stdout.write(jsonReport(probed));
  else if (probe !== "none")
    process.stdout.write(textReport(probed, process.stdout.columns ?? 120, colorsFor(process.stdout, color)));
  return summaryOf(probed.cells).different > 0 ? EXIT.findings : EXIT.ok;
}

async function sayHowToUse({ plan }: Probed): Promise<void> {
  const { netns, pod } = plan.pods[0]!;
  const lines = [
    `lab ${plan.name} is running:`,
    `  a shell in ${pod.namespace}/${pod.name} (${pod.ips[0]}):  ip netns exec ${netns} sh`,
    `  the other pods:  ip netns list | grep ${plan.name}`,
    `  its verdicts:  polc logs`,
    `  other policies or labels:  polc lab --apply ${plan.name} PATHS`,
    `  the end:  polc lab --down ${plan.name}`,
  ];
  const { printable } = await import("../source/printable.js");
  process.stderr.write(`${lines.map(printable).join("\n")}\n`);
}

function sayUnknownPods(lab: Lab, { inventory }: SessionInput): void {
  const known = new Set(lab.plan.pods.map(({ pod }) => `${pod.namespace}/${pod.name}`));
  const unknown = inventory.pods.filter((pod) => !known.has(`${pod.namespace}/${pod.name}`)).length;
  if (unknown > 0)
    process.stderr.write(`${unknown} of the described pods are not in the lab: they are passed over\n`);
}

async function fail(message: string, help?: string): Promise<number> {
  const { printable } = await import("../source/printable.js");
  process.stderr.write(
    `polc lab: ${printable(message)}\n${help === undefined ? "" : `help: ${printable(help)}\n`}`,
  );
  return (process.exitCode = EXIT.usage);
}
