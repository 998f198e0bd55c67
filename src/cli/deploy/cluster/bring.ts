/** From a plan to what the nodes enforce: shown, asked for, carried out. */
import type { Bundle } from "../../../bundle/bundle.js";
import type { Cluster } from "../../../cluster/client.js";
import { carryOut } from "../../../deploy/carry_out.js";
import type { Result } from "../../../deploy/carry_out.js";
import { isChange } from "../../../deploy/plan.js";
import type { Plan } from "../../../deploy/plan.js";
import type { Limits } from "../../../deploy/rollout.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import { colorsFor } from "../../../source/pretty.js";
import { printable } from "../../../source/printable.js";
import { confirmed } from "../../confirm.js";
import { EXIT } from "../../exit.js";
import { fail } from "../../fail.js";
import { planText } from "./plan_text.js";
import { ProgressLines, resultText } from "./progress_text.js";
import { reachabilityText } from "./reachability.js";

export interface RolloutOptions {
  readonly wait?: boolean;
  readonly timeout: number;
  readonly soak: number;
  readonly maxDenies?: number;
  readonly maxLosses?: number;
  readonly rollback: boolean;
  readonly forceConflicts: boolean;
  readonly yes: boolean;
  readonly color: boolean;
}

export interface Brought {
  readonly code: number;
  readonly changes: boolean;
}

export interface Bringing {
  /** The command's name, as in what it says. */
  readonly command: string;
  readonly plan: Plan;
  readonly bundle: Bundle;
  /** The bundle's name, for people. */
  readonly source: string;
  readonly dryRun: "client" | "server" | undefined;
}

export async function bring(
  cluster: Cluster,
  { command, plan, bundle, source, dryRun }: Bringing,
  options: RolloutOptions,
): Promise<Brought> {
  const colors = colorsFor(process.stdout, options.color);
  const changes = isChange(plan);
  print(planText(plan, cluster, colors));
  if (changes) {
    const text = await reachabilityText(cluster, plan.current?.spec, { name: source, bundle }, colors);
    print(`\n${colors.bold("Connections")}\n${text}`);
  }
  const before = plan.current?.spec.signatures ?? [];
  if (before.length > 0 && plan.target.signatures.length === 0)
    process.stderr.write("note: the bundle is not signed; what is deployed now is\n");
  if (dryRun === "client" || (dryRun === undefined && !changes)) return { code: EXIT.ok, changes };
  if (dryRun === undefined && !options.yes && !(await confirmed("Deploy this?")))
    return { code: EXIT.findings, changes };
  print("");
  const limits = limitsOf(options);
  const progress = new ProgressLines(print);
  const result = await interruptible((signal) =>
    carryOut(cluster, plan, {
      ...{ signal, dryRun: dryRun === "server", wait: limits },
      ...{ force: options.forceConflicts, rollback: options.rollback },
      tell: (told) => progress.tell(told),
    }),
  );
  return { code: isFailure(result) ? notDeployed(command, result, plan) : report(result, limits), changes };
}

function limitsOf({ wait, timeout, soak, maxDenies, maxLosses }: RolloutOptions): Limits | undefined {
  return wait === false ? undefined : { timeoutMs: timeout, soakMs: soak, maxDenies, maxLosses };
}

/** The first interruption ends the waiting, and says how things are; the second one ends everything. */
async function interruptible<T>(doing: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const interrupt = () => ending.abort();
  process.once("SIGINT", interrupt);
  try {
    return await doing(ending.signal);
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

function report(result: Result, limits: Limits | undefined): number {
  print(resultText(result, limits).map(printable).join("\n"));
  switch (result.kind) {
    case "checked":
    case "applied":
    case "complete":
      return EXIT.ok;
    case "failed":
      return result.rolledBack?.failure ? EXIT.usage : EXIT.findings;
    case "superseded":
    case "interrupted":
      return EXIT.usage;
  }
}

function notDeployed(command: string, failure: Failure, { current }: Plan): number {
  const code = fail(command, failure.error, failure);
  const what = current ? `epoch ${current.spec.epoch} is still deployed` : "nothing is deployed";
  process.stderr.write(`  ${what}\n`);
  return code;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
