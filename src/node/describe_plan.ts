/** A plan, as `polc deploy` prints it. */
import type { Colors } from "../source/pretty.js";
import { printable } from "../source/printable.js";
import type { Change, Plan, PlannedPod } from "./plan.js";

export const SIGNS: Readonly<Record<Change, string>> = { new: "+", changed: "~", same: " ", removed: "-" };

export function describePlan(
  plan: Plan,
  node: { readonly name: string; readonly ips: readonly string[] },
  colors: Colors,
): string {
  const { bold, dim } = colors;
  return [
    `${bold("Plan")} for node ${printable(node.name)} ${dim(`(${node.ips.map(printable).join(", ") || "no addresses known"})`)}`,
    `  bundle      ${shortDigest(plan.bundle)}${plan.audit ? colors.yellow("  audit: denies are reported and let through") : ""}`,
    `  generation  ${plan.generation}${dim(runningNow(plan))}`,
    "",
    bold("Policy sets"),
    ...(plan.sets.length > 0
      ? plan.sets.map((set) => `  ${setLine(set)}`)
      : ["  none: no policy selects a pod here"]),
    "",
    bold("Pods"),
    ...podLines(plan.pods, colors),
    "",
    changeCounts(plan.pods),
  ].join("\n");
}

const NAMES_SHOWN = 8;

/** `sha256:` and the first 12 digits. */
export function shortDigest(digest: string): string {
  return printable(digest.slice(0, "sha256:".length + 12));
}

/** The first few names; the rest is only counted. */
export function nameList(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const shown = printable(names.slice(0, NAMES_SHOWN).join(", "));
  return more > 0 ? `${shown} and ${more} more` : shown;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function runningNow({ running }: Plan): string {
  if (running.generation === 0) return ", nothing runs yet";
  return `, now ${running.generation}${running.bundle === undefined ? "" : ` of ${shortDigest(running.bundle)}`}`;
}

function setLine({ name, form, policies, programs }: Plan["sets"][number]): string {
  const kind = form === "table" ? " (table form)" : "";
  return `${printable(name)}: ${policies === 1 ? "1 policy" : `${policies} policies`}, ${count(programs, "program pair")}${kind}`;
}

function podLines(pods: readonly PlannedPod[], colors: Colors): string[] {
  if (pods.length === 0) return ["  none"];
  const paint = { new: colors.green, changed: colors.yellow, same: colors.dim, removed: colors.red };
  const width = (of: (pod: PlannedPod) => string) => Math.max(...pods.map((pod) => of(pod).length));
  const name = (pod: PlannedPod) => printable(pod.pod);
  const device = (pod: PlannedPod) => printable(pod.interface);
  const [names, devices] = [width(name), width(device)];
  return pods.map((pod) => {
    const policies = pod.policies.length > 0 ? nameList(pod.policies) : colors.dim("no policy selects it");
    const columns = [name(pod).padEnd(names), device(pod).padEnd(devices), policies];
    return `${paint[pod.change](SIGNS[pod.change])} ${columns.join("  ")}`;
  });
}

function changeCounts(pods: readonly PlannedPod[]): string {
  const counts = (["new", "changed", "removed", "same"] as const)
    .map((change) => [pods.filter((pod) => pod.change === change).length, change] as const)
    .filter(([number]) => number > 0);
  return (
    counts.map(([number, change]) => `${number} ${change === "same" ? "as before" : change}`).join(", ") ||
    "no pods"
  );
}
