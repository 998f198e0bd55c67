import type { Bundle } from "../../bundle/bundle.js";
import { readBundle } from "../../bundle/read_bundle.js";
import type { Inventory } from "../../ir/inventory.js";
import { describePlan, shortDigest } from "../../node/describe_plan.js";
import { describeStatus, problemsOf } from "../../node/describe_status.js";
import { isFailure } from "../../node/failure.js";
import type { Failure } from "../../node/failure.js";
import { statusLocal } from "../../node/local.js";
import type { ApplyOptions } from "../../node/local.js";
import { locate, podsHere } from "../../node/pods/local_pods.js";
import type { ThisNode } from "../../node/pods/local_pods.js";
import { planLocal } from "../../node/plan.js";
import { deployLocal } from "../../node/services/deploy.js";
import type { Deployed } from "../../node/services/deploy.js";
import { servicesPlanText } from "../../node/services/describe_services.js";
import { planServices } from "../../node/services/plan_services.js";
import { servicesHere } from "../../node/services/services_here.js";
import type { ServicesHere } from "../../node/services/services_here.js";
import { unplacedDiagnostics } from "../../node/pods/unplaced_pods.js";
import { loadProject } from "../../parser/project.js";
import { isError } from "../../source/diagnostic.js";
import { colorsFor } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { Colors } from "../../source/pretty.js";
import type { HealthCheck } from "../../services/health.js";
import { SourceMap } from "../../source/source_file.js";
import type { LocalPod } from "../../state/node_state.js";
import { confirmed } from "../confirm.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { printDiagnostics } from "../print_diagnostics.js";
import { serviceSettings } from "../service_settings.js";

export interface LocalOptions {
  readonly local?: string;
  readonly pods?: string;
  readonly node?: string;
  readonly instance: string;
  readonly audit: boolean;
  readonly logAll: boolean;
  readonly logDropped: boolean;
  readonly link?: readonly string[];
  readonly services: boolean;
  /** A path, or false for none. */
  readonly config?: string | false;
  readonly dryRun?: "client" | "server";
  readonly yes: boolean;
  readonly color: boolean;
}

export async function run(options: LocalOptions): Promise<number> {
  if (options.local === undefined || options.pods === undefined)
    return failed({
      error: "deploy needs --local BUNDLE and --pods FILE",
      help: "polc deploy --help shows how",
    });
  const input = await readInput(options.local, options.pods, options);
  if (typeof input === "number") return input;
  const before = await statusLocal(options.instance);
  if (isFailure(before)) return failed(before);
  const { bundle, inventory, node, local, sources } = input;
  const services = await servicesOf(input, options);
  if (typeof services === "number") return services;
  const running = { generation: before.loader.generation, ...(before.names && { names: before.names }) };
  const settings: ApplyOptions = {
    settings: { audit: options.audit, log_allowed: options.logAll, log_dropped: options.logDropped },
    onInForce: ({ generation, microseconds }) =>
      print(`\nGeneration ${generation} is in force, after ${(microseconds / 1000).toFixed(1)} ms`),
  };
  const plan = planLocal(bundle, inventory, node, local, running, settings);
  printDiagnostics(plan.state.diagnostics, sources, options);
  const colors = colorsFor(process.stdout, options.color);
  print(describePlan(plan, node, colors));
  const planned = planServices(services, before.services);
  if (planned) print(`\n${servicesPlanText(planned, colors)}`);
  if (options.dryRun) return EXIT.ok;
  if (!options.yes && !(await confirmed("Install this?"))) return EXIT.findings;
  const here = { instance: options.instance, ...node };
  const applied = await deployLocal(bundle, inventory, here, local, services, settings);
  return isFailure(applied)
    ? notInstalled(applied, options.instance)
    : installed(applied, options.instance, colors, services?.healthChecks ?? []);
}

/** What is to be served, or the exit code if it cannot be: what is wrong was printed. */
async function servicesOf(
  { bundle, inventory, node, local, sources }: Input,
  options: LocalOptions,
): Promise<ServicesHere | undefined | number> {
  if (!options.services || !bundle.services) return undefined;
  const settings = await serviceSettings(options);
  if (!settings) return EXIT.usage;
  const links = options.link ? { links: options.link } : {};
  const services = await servicesHere(bundle, inventory, node, local, { settings, ...links });
  if (isFailure(services)) return failed(services);
  printDiagnostics(services?.problems ?? [], sources, options);
  return services;
}

interface Input {
  readonly bundle: Bundle;
  readonly inventory: Inventory;
  readonly node: ThisNode;
  readonly local: readonly LocalPod[];
  readonly sources: SourceMap;
}

/** The bundle and the pods, or the exit code if one of them cannot be used: what is wrong was printed. */
async function readInput(path: string, pods: string, options: LocalOptions): Promise<Input | number> {
  const bundle = await readBundle(path);
  if (Array.isArray(bundle)) {
    printDiagnostics(bundle, new SourceMap(), options);
    return EXIT.usage;
  }
  const { inventory, sources, diagnostics } = await loadProject([pods]);
  printDiagnostics(diagnostics, sources, options);
  if (diagnostics.some(isError)) return EXIT.usage;
  const here = podsHere(inventory, options.node);
  if (isFailure(here)) return failed(here);
  const local = await locate(here.placed);
  if (local.some(isFailure)) return failed(...(local as readonly Failure[]));
  printDiagnostics(unplacedDiagnostics(bundle as Bundle, inventory, here.unplaced), sources, options);
  return {
    bundle: bundle as Bundle,
    inventory,
    node: here.node,
    local: local as readonly LocalPod[],
    sources,
  };
}

async function installed(
  { generation, refused, serviceProblems }: Deployed,
  instance: string,
  colors: Colors,
  healthChecks: readonly HealthCheck[],
): Promise<number> {
  for (const { namespace, name, port } of healthChecks)
    process.stderr.write(
      `polc deploy: healthCheckNodePort ${port} of ${namespace}/${name} is not answered: only polc agent does, which stays\n`,
    );
  for (const reason of refused)
    process.stderr.write(
      `polc deploy: runs from its tables, not from specialised code: ${printable(reason)}\n`,
    );
  for (const problem of serviceProblems)
    process.stderr.write(`polc deploy: services: ${printable(problem)}\n`);
  const status = await statusLocal(instance);
  if (isFailure(status))
    return failed({ ...status, error: `generation ${generation} is enforced, but: ${status.error}` });
  print(`\n${describeStatus(status, colors)}`);
  return problemsOf(status).length === 0 ? EXIT.ok : EXIT.findings;
}

async function notInstalled(failure: Failure, instance: string): Promise<number> {
  const code = failed(failure);
  const status = await statusLocal(instance);
  if (isFailure(status)) return code;
  const { loader, names } = status;
  const what =
    loader.generation === 0 ? "nothing is enforced" : `generation ${loader.generation} is still enforced`;
  process.stderr.write(`  ${what}${names ? `, of bundle ${shortDigest(names.bundle)}` : ""}\n`);
  return code;
}

function failed(...failures: readonly Failure[]): number {
  for (const failure of failures) fail("deploy", failure.error, failure);
  return EXIT.usage;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
