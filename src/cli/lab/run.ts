import { LabError } from "../../lab/command.js";
import type { Lab } from "../../lab/lab.js";
import type { Mode } from "../../lab/services/mode.js";
import { planLab } from "../../lab/plan.js";
import { Progress } from "../../lab/report/progress.js";
import { jsonReport, summaryOf, textReport } from "../../lab/report/report.js";
import { Interrupted, interruptible } from "../../lab/run/interruption.js";
import { enterKept, stepOut } from "../../lab/run/kept.js";
import { requireLab } from "../../lab/run/requirements.js";
import { labName } from "../../lab/run/run_name.js";
import { takeDown, takeDownDead } from "../../lab/run/take_down.js";
import { changeLab, PoliciesRefused, runLab } from "../../lab/session.js";
import type { Probed, SessionInput } from "../../lab/session.js";
import { makersWords, podMakersOf } from "../../parser/kubernetes/makers/pod_makers.js";
import type { Project } from "../../parser/project.js";
import { colorsFor } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import { answerableProject } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { printDiagnostics } from "../print_diagnostics.js";

interface LabOptions {
  readonly probe: string;
  readonly keep: boolean;
  readonly nodes?: number;
  readonly services: Mode | "none";
  readonly format: "table" | "json";
  readonly timeout: number;
  readonly apply?: string;
  readonly down?: string | true;
  readonly color: boolean;
}

/** What a shell reports for a process that SIGINT ended. */
const INTERRUPTED = 130;

export async function run(paths: readonly string[], options: LabOptions): Promise<number> {
  try {
    return await perform(paths, options);
  } catch (error) {
    if (error instanceof LabError) return fail("lab", error.message, error);
    if (error instanceof Interrupted) return INTERRUPTED;
    if (!(error instanceof PoliciesRefused)) throw error;
    printDiagnostics(error.diagnostics, error.sources, options);
    return EXIT.usage;
  }
}

async function perform(paths: readonly string[], options: LabOptions): Promise<number> {
  requireLab();
  for (const name of await takeDownDead()) process.stderr.write(`removed ${name}, whose process is gone\n`);
  if (options.down !== undefined) return takeDownKept(options.down);
  const project = await answerableProject("lab", paths, { depends: "inventory and ports" });
  if (!project) return EXIT.usage;
  return options.apply === undefined
    ? runNew(project, options)
    : applyToKept(options.apply, project, options);
}

async function runNew(project: Project, options: LabOptions): Promise<number> {
  const makers = podMakersOf(project);
  const words = makersWords(makers.filter(({ isSure }) => isSure));
  if (words) process.stderr.write(`${printable(`${words}: those are not in the lab`)}\n`);
  const plan = planLab(labName(), project.inventory, options.nodes);
  const probed = await interruptible((signal) =>
    runLab(plan, { ...project, ...servicesOf(options) }, settings(options), new Progress(), signal),
  );
  const code = report(probed, options);
  if (options.keep) sayHowToUse(probed);
  return code;
}

async function applyToKept(name: string, project: SessionInput, options: LabOptions): Promise<number> {
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
  return (await takeDown(name)) ? EXIT.ok : fail("lab", `no lab is called ${name}`);
}

function settings({ probe, timeout, keep }: LabOptions): { probe: string; timeoutMs: number; keep: boolean } {
  return { probe, timeoutMs: timeout, keep };
}

function servicesOf({ services: mode }: LabOptions): Pick<SessionInput, "services"> {
  return mode === "none" ? {} : { services: { mode, settings: { externalIps: true } } };
}

function report(probed: Probed, { format, color, probe }: LabOptions): number {
  if (format === "json") process.stdout.write(jsonReport(probed));
  else if (probe !== "none")
    process.stdout.write(textReport(probed, process.stdout.columns ?? 120, colorsFor(process.stdout, color)));
  const isWrong = probed.services?.results.some(({ wrong }) => wrong.length > 0) ?? false;
  return summaryOf(probed.cells).different > 0 || isWrong ? EXIT.findings : EXIT.ok;
}

function sayHowToUse({ plan }: Probed): void {
  const { netns, pod } = plan.pods[0]!;
  const lines = [
    `lab ${plan.name} is running:`,
    `  a shell in ${pod.namespace}/${pod.name} (${pod.ips[0]}):  ip netns exec ${netns} sh`,
    `  the other pods:  ip netns list | grep ${plan.name}`,
    `  its verdicts:  polc logs`,
    `  other policies or labels:  polc lab --apply ${plan.name} PATHS`,
    `  the end:  polc lab --down ${plan.name}`,
  ];
  process.stderr.write(`${lines.map(printable).join("\n")}\n`);
}

function sayUnknownPods(lab: Lab, { inventory }: SessionInput): void {
  const known = new Set(lab.plan.pods.map(({ pod }) => `${pod.namespace}/${pod.name}`));
  const unknown = inventory.pods.filter((pod) => !known.has(`${pod.namespace}/${pod.name}`)).length;
  if (unknown > 0)
    process.stderr.write(`${unknown} of the described pods are not in the lab and are skipped\n`);
}
