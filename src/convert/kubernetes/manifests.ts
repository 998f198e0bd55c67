/** Policies as manifests that any network plugin understands. */
import { dump } from "js-yaml";
import { tierOrder } from "../../analysis/semantics/decide.js";
import type { Policy } from "../../ir/policy.js";
import { policyName } from "../../ir/policy_name.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";
import { failClosedRules } from "../fail_closed.js";
import type { Converted, Layout, OutputFile } from "../output_file.js";
import { clusterPolicyManifests } from "./cluster_policy.js";
import type { Manifest } from "./manifest.js";
import { networkPolicyManifest } from "./network_policy.js";

/** Tiers first, then the namespaces by name, each with its policies in the order of the source. */
export function toManifests(policies: readonly Policy[], sources: SourceMap, layout: Layout): Converted {
  const tiers = (["admin", "baseline"] as const).flatMap((tier) => tierOrder(policies, tier));
  const { manifests, diagnostics } = clusterPolicyManifests(tiers);
  const byNamespace = new Map<string, Manifest[]>();
  for (const policy of policies) {
    if (policy.kind !== "NetworkPolicy") continue;
    const list = byNamespace.get(policy.namespace) ?? [];
    byNamespace.set(policy.namespace, list);
    list.push(networkPolicyManifest(policy));
  }
  const namespaces = [...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = (list: readonly Manifest[]) => manifestsText(list, sources);
  const all = [...manifests, ...namespaces.flatMap(([, list]) => list)];
  const files: OutputFile[] =
    layout === "one"
      ? [{ path: "policies.yaml", text: text(all) }]
      : [
          // No namespace has a name with a dot.
          ...(manifests.length > 0 ? [{ path: "cluster.tiers.yaml", text: text(manifests) }] : []),
          ...namespaces.map(([name, list]) => ({ path: `${name}.yaml`, text: text(list) })),
        ];
  const lost = [...failClosedRules(policies), ...policies.flatMap(lostLogging)];
  return { files, diagnostics: [...diagnostics, ...lost] };
}

function manifestsText(manifests: readonly Manifest[], sources: SourceMap): string {
  return manifests
    .map(({ policy, object }) => {
      const header = `# From ${printable(sources.where(policy.span))}\n`;
      return header + dump(object, { lineWidth: -1, noRefs: true, quoteStyle: "double" });
    })
    .join("---\n");
}

/** Kubernetes logs policies, not single rules. A sentence is one rule at each of its ends. */
function lostLogging(policy: Policy): Diagnostic[] {
  if (policy.logged) return [];
  const spans = new Map(
    policy.rules.filter((rule) => rule.logged).map(({ span }) => [`${span.file}:${span.start}`, span]),
  );
  return [...spans.values()].map((span) => ({
    rule: "rule-logging-lost",
    severity: "warning",
    message: `${policyName(policy)}: connections that this rule decides are no longer logged`,
    span,
    help: "Kubernetes logs whole policies: write `logged: true` on the policy",
  }));
}
