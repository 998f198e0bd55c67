/** A bundle without objects: the layouts are the compiler's, nothing is compiled. */
import type { Bundle } from "../../src/bundle/bundle.js";
import { layoutOf } from "../../src/codegen/layout.js";
import { bundleOrder, policiesOf, policySets, rulesOf } from "../../src/codegen/policy_set.js";
import { ruleIds } from "../../src/codegen/rule_ids.js";
import type { Policy } from "../../src/ir/policy.js";

export function bundleOf(given: readonly Policy[], form: "specialised" | "table"): Bundle {
  const policies = bundleOrder(given);
  const ids = ruleIds(policies);
  const sets = policySets(policies).map((set) => {
    const { subjects, terms, namedPorts, subjectWords, termWords, namedSlots } = layoutOf(set);
    const layout = {
      name: set.name,
      ...(set.namespace !== undefined && { namespace: set.namespace }),
      policies: policiesOf(set).map((policy) => policies.indexOf(policy)),
      rules: rulesOf(set).map((rule) => ids.get(rule)!),
      ...{ subjects, terms, namedPorts, subjectWords, termWords, namedSlots },
    };
    if (form === "table") return { ...layout, form };
    const files = { source: `${set.name}.bpf.c`, sourceSha256: "", object: `${set.name}.bpf.o`, sha256: "" };
    return { ...layout, form, ...files };
  });
  const rules = policies.flatMap((policy, index) =>
    policy.rules.map((rule) => ({
      id: ids.get(rule)!,
      policy: index,
      direction: rule.direction,
      action: rule.action,
      name: `${rule.direction}[${policy.rules.filter(({ direction }) => direction === rule.direction).indexOf(rule)}]`,
      text: "",
      source: `policies.yaml:${ids.get(rule)}`,
    })),
  );
  const named = policies.map((policy, index) => ({
    kind: policy.kind,
    name: policy.name,
    ...(policy.tier === "networkpolicy" && { namespace: policy.namespace }),
    tier: policy.tier,
    source: `policies.yaml:${index + 1}`,
    logged: policy.logged,
  }));
  const manifest = {
    schemaVersion: 2 as const,
    digest: "sha256:0",
    polcVersion: "0",
    compiler: "none",
    shell: { file: "shell.bpf.o", sha256: "" },
    ir: { file: "ir.json", sha256: "" },
    sets,
    rules,
    policies: named,
  };
  return { dir: "/bundle", manifest, policies };
}
