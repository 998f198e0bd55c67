/**
 * Writes the IR's tier policies as `policy.networking.k8s.io/v1alpha2` ClusterNetworkPolicy. An object has one subject and
 * ordered rules, so the rules of a policy with several subjects are spread over objects, and over priorities if their
 * order decides.
 */
import type { TierPolicy } from "../../ir/policy.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { LAST_PRIORITY } from "../../ir/priority.js";
import { conflict, lastTaken, writtenPriority } from "../last_priority.js";
import { withOwnNames } from "../own_names.js";
import { labelsAndAnnotations } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { splitRules } from "./split_tier.js";
import type { TierObject } from "./split_tier.js";
import { podsObject, tierRules } from "./tier_rule.js";
import type { TierRule } from "./tier_rule.js";

const TIERS = { admin: "Admin", baseline: "Baseline" } as const;

/** The objects of all tier policies, and errors for what they cannot express. */
export function clusterPolicyManifests(written: readonly TierPolicy[]): {
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const policies = withOwnNames(written, ({ name }) => name);
  const manifests = policies.flatMap((policy) => {
    const made = policy.rules.map((rule) => tierRules(rule));
    const rules = made.flatMap((each) => each.rules);
    diagnostics.push(...made.flatMap((each) => each.diagnostics));
    const objects = splitRules(rules);
    const levels = Math.max(0, ...objects.map(({ level }) => level));
    const priority = writtenPriority(policy, levels);
    const crowded =
      lastTaken(policy, policies) ??
      (objects.length > 1 ? inTheWay(policy, priority, levels, policies) : undefined);
    if (crowded) diagnostics.push(crowded);
    if (objects.length <= 1) return [manifest(policy, { name: policy.name, priority }, objects[0])];
    return objects.map((object, index) =>
      manifest(policy, { name: freeName(policy, index + 1, policies), priority }, object),
    );
  });
  return { manifests, diagnostics };
}

function manifest(
  policy: TierPolicy,
  { name, priority }: Pick<TierPolicy, "name" | "priority">,
  object: TierObject | undefined,
): Manifest {
  const subject = object ? podsObject(object.subject) : { namespaces: {} };
  const { ingress = [], egress = [], level = 0 } = object ?? {};
  const sources = (rules: readonly TierRule[]) => rules.map(({ source }) => source);
  return {
    policy,
    rules: { ingress: sources(ingress), egress: sources(egress) },
    object: {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name, ...labelsAndAnnotations(policy) },
      spec: {
        tier: TIERS[policy.tier],
        priority: priority + level,
        subject,
        ...(ingress.length > 0 && { ingress: ingress.map((rule) => rule.object) }),
        ...(egress.length > 0 && { egress: egress.map((rule) => rule.object) }),
      },
    },
  };
}

/** `NAME-NUMBER`, with enough hyphens to be unique. */
function freeName({ name }: TierPolicy, number: number, policies: readonly TierPolicy[]): string {
  let hyphens = "-";
  while (policies.some((policy) => policy.name === `${name}${hyphens}${number}`)) hyphens += "-";
  return `${name}${hyphens}${number}`;
}

/** A policy whose priorities would overlap with another's so that the order of their rules changes. */
function inTheWay(
  policy: TierPolicy,
  first: number,
  levels: number,
  policies: readonly TierPolicy[],
): Diagnostic | undefined {
  const last = first + levels;
  const span = policy.span;
  const needs = `the rules of ${policy.name} need ${levels + 1} priorities, ${first} to ${last}`;
  const help = "lower the priority of this policy, or split it: a ClusterNetworkPolicy has one subject";
  if (last > LAST_PRIORITY)
    return { rule: "no-free-priority", severity: "error", message: `${needs}; the last is 1000`, span, help };
  const other = policies.find(
    (each) =>
      each !== policy &&
      each.tier === policy.tier &&
      each.priority >= first &&
      each.priority <= last &&
      each.rules.some((theirs) => policy.rules.some((own) => conflict(own, theirs))),
  );
  return (
    other && {
      rule: "no-free-priority",
      severity: "error",
      message: `${needs}, and ${other.name} has ${other.priority}`,
      span,
      notes: [{ message: "the other policy", span: other.span }],
      help,
    }
  );
}
