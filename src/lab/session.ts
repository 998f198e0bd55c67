/** What `polc lab` does: a lab from policy files and manifests, probed and reported. Services are `service_session.ts`. */
import type { Policy } from "../ir/policy.js";
import type { Inventory } from "../ir/inventory.js";
import type { VerdictRecord } from "../log/record.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { SourceMap } from "../source/source_file.js";
import { allCells, probeCells } from "./probe/cells.js";
import type { Cell, ProbedCell } from "./probe/cells.js";
import { LabError } from "./command.js";
import { deniedConnections } from "./report/denied.js";
import { keep } from "./run/kept.js";
import { INTERNET, Lab } from "./lab.js";
import type { LabPlan } from "./plan.js";
import { readProbeList } from "./probe/probe_list.js";
import { distinctPorts, portsOfPods, portsToTry } from "./probe/ports.js";
import type { TriedPorts } from "./probe/ports.js";
import type { ServedPort } from "./probe/probe_process.js";
import type { Mode } from "./services/mode.js";
import type { ServiceResult } from "./services/request.js";
import { ServiceSession, hasServices } from "./services/service_session.js";
import type { ServicesInput } from "./services/service_session.js";
import type { Progress } from "./report/progress.js";
import { namespacesOf } from "./topology.js";

export interface SessionInput {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly sources: SourceMap;
  /** undefined: they are not served. */
  readonly services?: ServicesInput;
}

export interface ProbeOptions {
  /** `all`, `none`, or a file of `probe_list.ts`. */
  readonly probe: string;
  readonly timeoutMs: number;
}

export interface Probed {
  readonly plan: LabPlan;
  /** Labels as they were when it was probed. */
  readonly inventory: Inventory;
  readonly cells: readonly ProbedCell[];
  /** What every pair was tried on. */
  readonly tried: TriedPorts;
  /** The ports of each pod that are shown one by one. */
  readonly ports: ReadonlyMap<string, readonly ServedPort[]>;
  /** The verdict log's denies of these probes, oldest first. */
  readonly denied: readonly VerdictRecord[];
  /** undefined: none were served. */
  readonly services?: ProbedServices;
}

export interface ProbedServices {
  readonly mode: Mode;
  readonly results: readonly ServiceResult[];
}

/** The policies cannot be enforced, or were not built. */
export class PoliciesRefused extends Error {
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly sources: SourceMap,
  ) {
    super("the policies cannot be compiled");
  }
}

/**
 * Up, enforce, probe; then down, unless it is to be kept. On an error or an interruption it is taken down too.
 * @throws LabError, PoliciesRefused, Interrupted
 */
export async function runLab(
  plan: LabPlan,
  input: SessionInput,
  options: ProbeOptions & { readonly keep: boolean },
  progress: Progress,
  signal: AbortSignal,
): Promise<Probed> {
  const tried = portsToTry(plan, input.policies);
  const cells = cellsOf(plan, tried.all, options);
  const served = portsOfPods(plan.inventory, input.policies);
  const listening = (endpoint: string) => (endpoint === INTERNET ? tried.all : (served.get(endpoint) ?? []));
  const lab = await progress.phase(
    () =>
      `${plan.pods.length} pods on ${plan.nodes.length} nodes, ${namespacesOf(plan).length} network namespaces`,
    () => Lab.up(plan),
  );
  let kept = false;
  let services: ServiceSession | undefined;
  try {
    signal.throwIfAborted();
    await progress.phase(
      () => `servers on ${tried.all.length} ports`,
      () => lab.listen(listening),
    );
    await enforce(lab, input, progress, signal);
    services = await serve(lab, input, progress, signal);
    const cellsProbed = await probe(lab, { cells, tried, policies: input.policies }, options, progress, signal);
    const asked = options.probe === "none" ? undefined : await ask(services, input, options, progress, signal);
    // The log's denies are of services' clients too.
    const denied = asked ? await deniedConnections(plan) : cellsProbed.denied;
    const probed = { ...cellsProbed, denied, ...(asked && { services: asked }) };
    if (options.keep) {
      await keep(lab, listening);
      kept = true;
    }
    return probed;
  } finally {
    await services?.stop();
    if (!kept)
      await progress.phase(
        () => "taken down",
        () => lab.down(),
      );
  }
}

/** Replaces policies and labels of a lab that runs, and probes again. */
export async function changeLab(
  lab: Lab,
  ports: readonly ServedPort[],
  input: SessionInput,
  options: ProbeOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Probed> {
  const now = portsToTry(lab.plan, input.policies);
  const tried = { ...now, all: distinctPorts([...ports, ...now.all]) };
  const cells = cellsOf(lab.plan, tried.all, options);
  await enforce(lab, input, progress, signal);
  return probe(lab, { cells, tried, policies: input.policies }, options, progress, signal);
}

async function enforce(
  lab: Lab,
  input: SessionInput,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await progress.phase(
    () => `${input.policies.length} policies compiled and enforced`,
    async () => {
      const problems = await lab.replace(input.inventory, input.policies, input.sources);
      signal.throwIfAborted();
      if (problems.length > 0) throw new PoliciesRefused(problems, input.sources);
    },
  );
}

async function serve(
  lab: Lab,
  { services, inventory }: SessionInput,
  progress: Progress,
  signal: AbortSignal,
): Promise<ServiceSession | undefined> {
  if (!services || !hasServices(inventory)) return undefined;
  const session = await progress.phase(
    () => `services served on ${lab.plan.nodes.length} nodes, ${services.mode}`,
    () => ServiceSession.start(lab, services),
  );
  if (signal.aborted) await session.stop();
  signal.throwIfAborted();
  return session;
}

async function ask(
  session: ServiceSession | undefined,
  { services }: SessionInput,
  { timeoutMs }: ProbeOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<ProbedServices | undefined> {
  if (!session || !services) return undefined;
  const results = await progress.phase(
    (found: readonly ServiceResult[]) => `${found.length} requests to services`,
    () => session.ask(timeoutMs),
  );
  signal.throwIfAborted();
  return { mode: services.mode, results };
}

/** What to try; known before anything is made, so that a bad list costs nothing. */
function cellsOf(plan: LabPlan, ports: readonly ServedPort[], { probe }: ProbeOptions): Cell[] {
  if (probe === "none") return [];
  const cells = probe === "all" ? allCells(plan, ports) : readProbeList(probe, plan);
  if (cells.length === 0)
    throw new LabError(
      probe === "all"
        ? "no container declares a port, and no policy names one: there is nothing to probe"
        : `${probe} lists no connection`,
      probe === "all" ? "name the containers' ports in the manifests" : "write lines FROM TO PORT/PROTOCOL",
    );
  return cells;
}

interface ToProbe {
  readonly cells: readonly Cell[];
  readonly tried: TriedPorts;
  readonly policies: readonly Policy[];
}

async function probe(
  lab: Lab,
  { cells, tried, policies }: ToProbe,
  options: ProbeOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Probed> {
  const { plan, current: inventory } = lab;
  const ports = portsOfPods(inventory, policies);
  if (cells.length === 0) return { plan, inventory, cells: [], tried, ports, denied: [] };
  const stop = () => void lab.leave();
  signal.addEventListener("abort", stop);
  const probed = await progress.phase(
    () => `${cells.length} connections tried`,
    () => probeCells(lab, cells, options.timeoutMs),
  );
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return { plan, inventory, cells: probed, tried, ports, denied: await deniedConnections(plan) };
}
