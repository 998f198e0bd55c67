/** Policies as policy files in TypeScript: the inventory named once, then sentences. */
import { contentOf } from "../../analysis/sides/content.js";
import { tierOrder } from "../../analysis/semantics/decide.js";
import type { Inventory } from "../../ir/inventory.js";
import type { NetworkPolicy, Peer, Policy, TierPolicy } from "../../ir/policy.js";
import type { SourceMap } from "../../source/source_file.js";
import { KeptComments } from "../comments/kept_comments.js";
import { failClosedRules } from "../fail_closed.js";
import { lastTaken, writtenPriority } from "../last_priority.js";
import { withOwnNames } from "../own_names.js";
import type { Converted, Layout, OutputFile } from "../output_file.js";
import { clusterNames } from "./cluster_names.js";
import type { ClusterNames } from "./cluster_names.js";
import { plannedPolicies, tierSentences } from "./documents.js";
import type { PlannedPolicy } from "./documents.js";
import { endOf, podsExpression, portExpression, spelledOut } from "./end.js";
import { call, fields, list, string, text, chained } from "./expression.js";
import type { Expression } from "./expression.js";
import { moduleText } from "./module_text.js";
import type { Constant, Exported } from "./module_text.js";
import { take } from "./names.js";
import type { PlannedSentence } from "./sentences.js";
import { vocabularyOf } from "./vocabulary.js";
import type { Vocabulary } from "./vocabulary.js";

/** Tiers first, then namespaces by name, each with its policies in source order. */
export function toPolicyFiles(
  policies: readonly Policy[],
  inventory: Inventory,
  sources: SourceMap,
  layout: Layout,
): Converted {
  const taken = policies.flatMap((policy) =>
    policy.tier === "networkpolicy" ? [] : (lastTaken(policy, policies) ?? []),
  );
  const diagnostics = [...failClosedRules(policies), ...taken];
  const names = clusterNames(policies, inventory);
  const tiers = (["admin", "baseline"] as const).flatMap((tier) =>
    withOwnNames(tierOrder(policies, tier), ({ name }) => name),
  );
  const network = policies.filter((policy): policy is NetworkPolicy => policy.kind === "NetworkPolicy");
  const namespaces = [...new Set(network.map(({ namespace }) => namespace))].sort();
  const comments = new KeptComments(sources, policies);
  const planned = namespaces.map((name) => ({
    name,
    policies: plannedPolicies(
      network.filter(({ namespace }) => namespace === name),
      names,
    ),
  }));
  if (layout === "one") {
    const documents = [...tiers, ...planned.flatMap((each) => each.policies)];
    const text = policyModule(documents, names, comments, "here");
    return {
      files: [{ path: "policies.policy.ts", text }],
      diagnostics: [...diagnostics, ...comments.lost()],
    };
  }
  const files: OutputFile[] = [
    ...(names.size > 0 ? [{ path: "cluster.ts", text: moduleText({ names, cluster: "export" }) }] : []),
    // No namespace has a name with a dot.
    ...(tiers.length > 0
      ? [{ path: "cluster.tiers.policy.ts", text: policyModule(tiers, names, comments, "import") }]
      : []),
    ...planned.map((each) => ({
      path: `${each.name}.policy.ts`,
      text: policyModule(each.policies, names, comments, "import"),
    })),
  ];
  return { files, diagnostics: [...diagnostics, ...comments.lost()] };
}

type PlannedDocument = TierPolicy | PlannedPolicy;

function policyModule(
  documents: readonly PlannedDocument[],
  names: ClusterNames,
  comments: KeptComments,
  cluster: "here" | "import",
): string {
  const sentences = documents.flatMap((each) => ("tier" in each ? tierSentences(each) : each.sentences));
  const { vocabulary, named } = vocabularyOf(sentences, names);
  const constants: Constant[] = named.map((peer) => ({
    name: vocabulary.constants.get(contentOf(peer))!,
    value: spelledOut(peer, vocabulary),
  }));
  const exported = documents.map((document): Exported => {
    // Sentences take the comments of their rules first.
    if ("tier" in document) {
      const value = tierExpression(document, vocabulary, comments);
      return { comment: comments.ofPolicy(document), value };
    }
    const list = listedTwice(document, vocabulary);
    if (list) constants.push(list);
    const value = policyExpression(document, vocabulary, list, comments);
    return { comment: document.policies.flatMap((policy) => comments.ofPolicy(policy)), value };
  });
  return moduleText({ names, cluster, constants, exported });
}

function tierExpression(policy: TierPolicy, vocabulary: Vocabulary, comments: KeptComments): Expression {
  const options = fields(
    [
      ["priority", text(String(writtenPriority(policy)))],
      ...optionFields(policy),
      [
        "rules",
        list(
          tierSentences(policy).map((sentence) =>
            withComments(sentence, sentenceExpression(sentence, vocabulary), comments),
          ),
        ),
      ],
    ],
    true,
  );
  return call(policy.tier === "admin" ? "adminTier" : "baselineTier", string(policy.name), options);
}

const LISTS = [
  { option: "isolate", ingress: true, egress: true },
  { option: "isolateIngress", ingress: true, egress: false },
  { option: "isolateEgress", ingress: false, egress: true },
] as const;

function policyExpression(
  planned: PlannedPolicy,
  vocabulary: Vocabulary,
  shared: Constant | undefined,
  comments: KeptComments,
): Expression {
  const isolated = LISTS.flatMap(({ option, ingress, egress }) => {
    const policies = planned.policies.filter(
      ({ isolates }) => isolates.ingress === ingress && isolates.egress === egress,
    );
    if (policies.length === 0) return [];
    return [
      [option, shared ? text(shared.name) : isolatedExpression(planned, policies, vocabulary)] as const,
    ];
  });
  const all = shared && { subjects: subjectsOf(planned), name: shared.name };
  const sentences = planned.sentences.map((sentence) =>
    withComments(sentence, sentenceExpression(sentence, vocabulary, all), comments),
  );
  const options = fields(
    [...isolated, ...optionFields(planned.policies[0]!), ["rules", list(sentences)]],
    true,
  );
  return call("policy", string(planned.name), options);
}

function optionFields({
  logged,
  metadata = {},
}: Pick<Policy, "logged" | "metadata">): (readonly [string, Expression])[] {
  const maps = (["labels", "annotations"] as const).flatMap((option) => {
    const map = metadata[option];
    return map
      ? [[option, fields(Object.entries(map).map(([key, value]) => [key, string(value)]))] as const]
      : [];
  });
  return [...maps, ...(logged ? [["logged", text("true")] as const] : [])];
}

function isolatedExpression(
  { naming }: PlannedPolicy,
  policies: readonly NetworkPolicy[],
  vocabulary: Vocabulary,
): Expression {
  const pods = policies.map(({ subject }) => podsExpression(subject, vocabulary));
  if (naming === "alone") return pods[0]!;
  if (naming === "workloads") return list(pods);
  return fields(policies.map(({ name }, index) => [name, pods[index]!] as const));
}

/** The list of isolated workloads, which gets a name if sentences use all of them too. */
function listedTwice(planned: PlannedPolicy, vocabulary: Vocabulary): Constant | undefined {
  const [first] = planned.policies;
  const alike = planned.policies.every(
    ({ isolates }) =>
      isolates.ingress === first!.isolates.ingress && isolates.egress === first!.isolates.egress,
  );
  if (planned.naming !== "workloads" || planned.policies.length < 3 || !alike) return undefined;
  const subjects = subjectsOf(planned);
  if (!planned.sentences.some(({ from, to }) => isAll(from, subjects) || isAll(to, subjects)))
    return undefined;
  return {
    name: take(["isolated"], vocabulary.taken, ""),
    value: isolatedExpression(planned, planned.policies, vocabulary),
  };
}

function subjectsOf({ policies }: PlannedPolicy): ReadonlySet<string> {
  return new Set(policies.map(({ subject }) => contentOf(subject)));
}

function isAll(peers: readonly Peer[] | undefined, subjects: ReadonlySet<string>): boolean {
  return peers?.length === subjects.size && peers.every((peer) => subjects.has(contentOf(peer)));
}

function withComments({ spans }: PlannedSentence, value: Expression, comments: KeptComments): Expression {
  const lines = spans.flatMap((span) => comments.ofRule(span));
  return lines.length > 0 ? { kind: "commented", lines, value } : value;
}

function sentenceExpression(
  { action, from, to, ports, only, logged, name }: PlannedSentence,
  vocabulary: Vocabulary,
  all?: { readonly subjects: ReadonlySet<string>; readonly name: string },
): Expression {
  const end = (peers: readonly Peer[] | undefined) =>
    all && isAll(peers, all.subjects) ? text(all.name) : endOf(peers, vocabulary);
  let sentence = chained(call(action, end(from)), "to", end(to));
  if (ports) sentence = chained(sentence, "on", ...ports.map(portExpression));
  if (only) sentence = chained(sentence, only === "ingress" ? "ingressOnly" : "egressOnly");
  if (name !== undefined) sentence = chained(sentence, "named", string(name));
  return logged ? chained(sentence, "logged") : sentence;
}
