/** What is enforced, as `polc status` and `polc deploy` print it. */
import type { Colors } from "../source/pretty.js";
import { printable } from "../source/printable.js";
import type { LocalStatus } from "./local.js";
import { count, nameList, shortDigest } from "./describe_plan.js";
import { counterLines } from "./counter_lines.js";
import { policyNames } from "./plan.js";
import { servicesJson, servicesText } from "./services/describe_services.js";

/** What is wrong, in words; empty: all is as it was deployed. */
export function problemsOf(status: LocalStatus): readonly string[] {
  return [...policyProblems(status), ...(status.services?.problems ?? []).map((each) => `services: ${each}`)];
}

function policyProblems({ loader, names }: LocalStatus): readonly string[] {
  if (loader.generation === 0) return loader.problems;
  if (!names)
    return [
      ...loader.problems,
      "the names of this generation are gone: logs have none until the next deploy",
    ];
  const attached = new Set(loader.interfaces.filter(({ whole }) => whole).map(({ name }) => name));
  const bare = names.local
    .filter(({ profile, interface: device }) => profile !== undefined && !attached.has(device))
    .map(({ pod, interface: device }) => `${pod}: no policy is enforced on ${device}; deploy again`);
  return [...loader.problems, ...bare];
}

/** Something is enforced, and all of it as it was deployed. */
export function isHealthy(status: LocalStatus): boolean {
  return status.loader.generation > 0 && problemsOf(status).length === 0;
}

export function describeStatus(status: LocalStatus, colors: Colors): string {
  const { bold, dim, green, red } = colors;
  const { instance, loader, names, services } = status;
  const served = services ? ["", ...servicesText(services, colors)] : [];
  if (loader.generation === 0)
    return [`${bold(printable(instance))}: nothing is enforced`, ...served].join("\n");
  const problems = problemsOf(status);
  const health = problems.length === 0 ? green("healthy") : red(count(problems.length, "problem"));
  const mode = names?.audit ? colors.yellow("  audit") : "";
  return [
    `${bold(printable(instance))}  ${health}${mode}`,
    `  generation  ${loader.generation}`,
    ...(names
      ? [`  bundle      ${shortDigest(names.bundle)}`, `  node        ${printable(names.node)}`]
      : []),
    ...problems.map((problem) => `  ${red("problem")} ${printable(problem)}`),
    "",
    ...(names ? podLines(names, colors) : []),
    "",
    ...counterLines(loader.counters, ["allowed_new", "denied"], dim),
    ...served,
  ].join("\n");
}

/** The same for programs. */
export function statusJson(status: LocalStatus): unknown {
  const { instance, loader, names, services } = status;
  return {
    instance,
    generation: loader.generation,
    ...(names && {
      bundle: names.bundle,
      node: names.node,
      audit: names.audit,
      pods: names.local.map(({ pod, interface: device, profile: number }) => {
        const profile = names.profiles.find((candidate) => candidate.number === number);
        return {
          pod,
          interface: device,
          ...(profile && { set: profile.set }),
          policies: profile ? profile.policies.map((index) => names.policies[index]) : [],
        };
      }),
    }),
    counters: Object.fromEntries(loader.counters.map(({ name, value }) => [name, value])),
    ...(services && { services: servicesJson(services) }),
    problems: problemsOf(status),
  };
}

function podLines(names: NonNullable<LocalStatus["names"]>, colors: Colors): string[] {
  const rows = names.local.map(({ pod, interface: device, profile: number }) => {
    const profile = names.profiles.find((candidate) => candidate.number === number);
    const policies = profile ? nameList(policyNames(names, profile)) : colors.dim("no policy selects it");
    return [printable(pod), printable(device), policies] as const;
  });
  const [pods, devices] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return rows.map(
    ([pod, device, policies]) => `  ${pod.padEnd(pods!)}  ${device.padEnd(devices!)}  ${policies}`,
  );
}
