import { meets } from "../../src/analysis/semantics/select.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type { Namespace } from "../../src/ir/inventory.js";
import type { PodMatch, Policy, Requirement } from "../../src/ir/policy.js";
import type { Fix } from "../../src/source/edit.js";
import { isTypeScript } from "../../src/lint/is_typescript.js";
import type { Rule } from "../../src/lint/rule.js";
import type { SourceMap } from "../../src/source/source_file.js";

export const unlabelledNamespace: Rule = {
  name: "unlabelled-namespace",
  meta: {
    summary: "a selector expects a label on a namespace that does not have it",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
    fixable: true,
  },
  check({ policies, inventory, sources, incomplete }, report) {
    if (incomplete) return;
    // The labels of a namespace that only pods mention are unknown.
    const written = inventory.namespaces.filter(({ implied }) => !implied);
    const byName = new Map(written.map((each) => [each.name, each]));
    for (const requirement of policies.flatMap(matchesOf).flatMap(requirementsOf)) {
      const unlabelled = namedWithoutLabel(requirement, byName);
      if (!unlabelled || written.some(({ labels }) => meets(labels, requirement))) continue;
      const { key, span } = requirement;
      const { name } = unlabelled;
      const fix = writeNameLabel(sources, requirement);
      report({
        span,
        message: `Namespace ${name} has no label ${key}=${name}, and no other namespace of the files has it`,
        notes: [{ message: "the namespace", span: unlabelled.span }],
        help: isTypeScript(span)
          ? `write "${NAMESPACE_NAME_LABEL}": "${name}", which the API server sets, or label the namespace`
          : `write \`${NAMESPACE_NAME_LABEL}: ${name}\`, which the API server sets, or label the namespace`,
        ...(fix && { fix }),
      });
    }
  },
};

function matchesOf({ rules, ...policy }: Policy): readonly PodMatch[] {
  const subjects = policy.tier === "networkpolicy" ? [] : rules.map(({ subject }) => subject);
  const peers = rules.flatMap(({ peers = [] }) => peers.filter((peer) => peer.kind === "pods"));
  return [...subjects, ...peers];
}

function requirementsOf({ namespaces }: PodMatch): readonly Requirement[] {
  return namespaces.kind === "selector" ? namespaces.selector.requirements : [];
}

/** The first namespace that a value names, if files describe all of them. */
function namedWithoutLabel(
  { key, operator, values }: Requirement,
  byName: ReadonlyMap<string, Namespace>,
): Namespace | undefined {
  if (operator !== "In" || key === NAMESPACE_NAME_LABEL) return undefined;
  return values.every((value) => byName.has(value)) ? byName.get(values[0]!) : undefined;
}

/** `name: x` becomes `kubernetes.io/metadata.name: x`. It is not safe, because it selects what was not selected. */
function writeNameLabel(sources: SourceMap, { key, values, span }: Requirement): Fix | undefined {
  const text = sources.get(span.file)?.text.slice(span.start, span.end) ?? "";
  const written = /^(["']?)([^"':]+)\1:\s+(["']?)([^"':]+)\3$/.exec(text);
  if (isTypeScript(span) || written?.[2] !== key || written[4] !== values[0]) return undefined;
  const end = span.start + key.length + 2 * written[1]!.length;
  return {
    message: `write ${NAMESPACE_NAME_LABEL}`,
    edits: [{ span: { ...span, end }, text: `${written[1]!}${NAMESPACE_NAME_LABEL}${written[1]!}` }],
    safe: false,
  };
}
