import type { Command } from "commander";
import type { Applied, ApplyOptions } from "../node/local.js";
import type { Failure } from "../node/failure.js";
import type { Bundle } from "../bundle/bundle.js";
import type { Inventory } from "../ir/inventory.js";
import type { LocalPod } from "../state/node_state.js";
import type { Colors } from "../source/pretty.js";
import type { ThisNode } from "../node/local_pods.js";
import { EXIT } from "./exit.js";

interface DeployOptions {
  readonly local?: string;
  readonly pods?: string;
  readonly node?: string;
  readonly instance: string;
  readonly audit: boolean;
  readonly logAll: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .option("--local <bundle>", "install this bundle on this machine")
    .option("--pods <file>", "Pods, Namespaces and Nodes, as Kubernetes YAML or JSON; - is standard input")
    .option("--node <name>", "the node that this machine is; by default the one that the pods name")
    .option("--instance <name>", "installations with different names do not touch each other", "local")
    .option("--audit", "report what would be denied, and let it pass", false)
    .option("--log-all", "log every allowed connection too, not only those of logged rules", false)
    .option("--dry-run", "only say what would change", false)
    .option("-y, --yes", "do not ask", false)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
Pods say where they are on this machine by an annotation:
  polc.dev/netns: NAME       a network namespace, by its name or path
  polc.dev/interface: vethX  the node's end of the pod's link

Exit: 0 installed (or nothing to ask for a --dry-run), 1 declined, 2 not installed: what ran before still does.`,
    )
    .action(run);
}

async function run(options: DeployOptions): Promise<void> {
  process.exitCode = await deploy(options);
}

async function deploy(options: DeployOptions): Promise<number> {
  const { colorsFor } = await import("../source/pretty.js");
  const colors = colorsFor(process.stdout, options.color);
  if (options.local === undefined || options.pods === undefined)
    return failed([
      { error: "deploy needs --local BUNDLE and --pods FILE", help: "polc deploy --help shows how" },
    ]);
  const input = await readInput(options.local, options.pods, options.node, colors);
  if (typeof input === "number") return input;
  const { planLocal } = await import("../node/plan.js");
  const { describePlan } = await import("../node/describe_plan.js");
  const { applyLocal, statusLocal } = await import("../node/local.js");
  const { isFailure } = await import("../node/failure.js");
  const before = await statusLocal(options.instance);
  if (isFailure(before)) return failed([before]);
  const { bundle, inventory, node, local } = input;
  const running = { epoch: before.loader.epoch, ...(before.names && { names: before.names }) };
  const settings: ApplyOptions = { config: { audit: options.audit, log_allowed: options.logAll } };
  const plan = planLocal(bundle, inventory, node, local, running, settings);
  await report(plan.state.diagnostics, input, colors);
  print(describePlan(plan, node, colors));
  if (options.dryRun) return EXIT.ok;
  if (!options.yes && !(await confirmed())) return EXIT.findings;
  const applied = await applyLocal(
    bundle,
    inventory,
    { instance: options.instance, ...node },
    local,
    settings,
  );
  if (isFailure(applied)) return notInstalled(applied, options.instance);
  return installed(applied, options.instance, colors);
}

interface Input {
  readonly bundle: Bundle;
  readonly inventory: Inventory;
  readonly node: ThisNode;
  readonly local: readonly LocalPod[];
  readonly sources: import("../source/source_file.js").SourceMap;
}

/** The bundle and the pods, or the exit code if one of them cannot be used: what is wrong was printed. */
async function readInput(
  path: string,
  pods: string,
  named: string | undefined,
  colors: Colors,
): Promise<Input | number> {
  const [{ readBundle }, { loadProject }, { locate, podsHere }, { isFailure }, { SourceMap }, { isError }] =
    await Promise.all([
      import("../bundle/read_bundle.js"),
      import("../parser/project.js"),
      import("../node/local_pods.js"),
      import("../node/failure.js"),
      import("../source/source_file.js"),
      import("../source/diagnostic.js"),
    ]);
  const bundle = await readBundle(path);
  if (Array.isArray(bundle)) {
    await report(bundle, { sources: new SourceMap() }, colors);
    return EXIT.usage;
  }
  const project = await loadProject([pods]);
  await report(project.diagnostics, project, colors);
  if (project.diagnostics.some(isError)) return EXIT.usage;
  const here = podsHere(project.inventory, named);
  if (isFailure(here)) return failed([here]);
  const local = await locate(here.placed);
  if (local.some(isFailure)) return failed(local as readonly Failure[]);
  await reportUnplaced(bundle as Bundle, project, here.unplaced, colors);
  const { inventory, sources } = project;
  return {
    bundle: bundle as Bundle,
    inventory,
    node: here.node,
    local: local as readonly LocalPod[],
    sources,
  };
}

/** A pod that policies select but that cannot be found must not go unnoticed. */
async function reportUnplaced(
  bundle: Bundle,
  project: Pick<Input, "inventory" | "sources">,
  unplaced: Inventory["pods"],
  colors: Colors,
): Promise<void> {
  const { namespaceFinder, podKey, subjectsOf } = await import("../state/profiles.js");
  const selected = new Set(
    subjectsOf(bundle, unplaced, namespaceFinder(project.inventory)).flatMap(({ profile }) => profile.pods),
  );
  const diagnostics = unplaced
    .filter((pod) => selected.has(podKey(pod)))
    .map((pod) => ({
      rule: "unplaced-pod",
      severity: "warning" as const,
      message: `policies select ${podKey(pod)}, but nothing says where it is on this machine: nothing is enforced on it`,
      span: pod.span,
      help: "give it the annotation polc.dev/netns or polc.dev/interface, or the nodeName of another node",
    }));
  await report(diagnostics, project, colors);
}

async function installed(applied: Applied, instance: string, colors: Colors): Promise<number> {
  const [{ statusLocal }, { describeStatus, problemsOf }, { isFailure }] = await Promise.all([
    import("../node/local.js"),
    import("../node/describe_status.js"),
    import("../node/failure.js"),
  ]);
  const status = await statusLocal(instance);
  if (isFailure(status))
    return failed([{ ...status, error: `epoch ${applied.epoch} is enforced, but: ${status.error}` }]);
  print(`\n${describeStatus(status, colors)}`);
  return problemsOf(status).length === 0 ? EXIT.ok : EXIT.findings;
}

async function notInstalled(failure: Failure, instance: string): Promise<number> {
  const [{ statusLocal }, { isFailure }, { shortDigest }] = await Promise.all([
    import("../node/local.js"),
    import("../node/failure.js"),
    import("../node/describe_plan.js"),
  ]);
  const code = await failed([failure]);
  const status = await statusLocal(instance);
  if (isFailure(status)) return code;
  const { loader, names } = status;
  const what = loader.epoch === 0 ? "nothing is enforced" : `epoch ${loader.epoch} is still enforced`;
  process.stderr.write(`  ${what}${names ? `, of bundle ${shortDigest(names.bundle)}` : ""}\n`);
  return code;
}

/** Asks a person; where there is none, the command itself is the answer. */
async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true;
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question("\nInstall this? [y/N] ");
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function report(
  diagnostics: readonly import("../source/diagnostic.js").Diagnostic[],
  { sources }: Pick<Input, "sources">,
  colors: Colors,
): Promise<void> {
  const { prettyDiagnostic } = await import("../source/pretty.js");
  for (const diagnostic of diagnostics)
    process.stderr.write(`${prettyDiagnostic(diagnostic, sources, colors)}\n`);
}

async function failed(failures: readonly Failure[]): Promise<number> {
  const { describeFailure } = await import("../node/failure.js");
  for (const failure of failures) process.stderr.write(`polc deploy: ${describeFailure(failure)}\n`);
  return EXIT.usage;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
