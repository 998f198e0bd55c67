/** Policies as policy files in TypeScript: the inventory named once, then sentences. */
import { contentOf } from "../../analysis/sides/content.js";
import { tierOrder } from "../../analysis/semantics/decide.js";
import type { Inventory } from "../../ir/inventory.js";
import type { NetworkPolicy, Peer, Policy, TierPolicy } from "../../ir/policy.js";
import type { SourceMap } from "../../source/source_file.js";
import { failClosedRules } from "../fail_closed.js";
import { lastTaken, writtenPriority } from "../last_priority.js";
import { withOwnNames } from "../own_names.js";
import type { Converted, Layout, OutputFile } from "../output_file.js";
import { clusterNames } from "./cluster_names.js";
import type { ClusterNames } from "./cluster_names.js";
import { commentAbove } from "./comment.js";
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

/** Tiers first, then the namespaces by name, each with its policies in the order of the source. */
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
  const comments = new Comments(sources);
  const planned = namespaces.map((name) => ({
    name,
    policies: plannedPolicies(
      network.filter(({ namespace }) => namespace === name),
      names,
    ),
  }));
  if (layout === "one") {
    const documents = [...tiers, ...planned.flatMap((each) => each.policies)];
    return {
      files: [{ path: "policies.policy.ts", text: policyModule(documents, names, comments, "here") }],
      diagnostics,
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
  return { files, diagnostics };
}

type PlannedDocument = TierPolicy | PlannedPolicy;

function policyModule(
  documents: readonly PlannedDocument[],
  names: ClusterNames,
  comments: Comments,
  cluster: "here" | "import",
): string {
  const sentences = documents.flatMap((each) => ("tier" in each ? tierSentences(each) : each.sentences));
  const { vocabulary, named } = vocabularyOf(sentences, names);
  const constants: Constant[] = named.map((peer) => ({
    name: vocabulary.constants.get(contentOf(peer))!,
    value: spelledOut(peer, vocabulary),
  }));
  const exported = documents.map((document): Exported => {
    if ("tier" in document)
      return { comment: comments.of([document]), value: tierExpression(document, vocabulary) };
    const list = listedTwice(document, vocabulary);
    if (list) constants.push(list);
    return {
      comment: comments.of(document.policies),
      value: policyExpression(document, vocabulary, list),
    };
  });
  return moduleText({ names, cluster, constants, exported });
}

class Comments {
  private readonly used = new Set<string>();

  constructor(private readonly sources: SourceMap) {}

  /** The comments above the documents of these policies; one of several objects is said once. */
  of(policies: readonly Policy[]): readonly string[] {
    return policies.flatMap(({ span }) => {
      const source = this.sources.get(span.file);
      if (!source || source.path.endsWith(".ts")) return [];
      const { head, lines } = commentAbove(source, span.start);
      const place = `${head} ${source.path}`;
      if (this.used.has(place)) return [];
      this.used.add(place);
      return lines;
    });
  }
}

function tierExpression(policy: TierPolicy, vocabulary: Vocabulary): Expression {
  const options = fields(
    [
      ["priority", text(String(writtenPriority(policy)))],
      ...loggedField(policy),
      ["rules", list(tierSentences(policy).map((sentence) => sentenceExpression(sentence, vocabulary)))],
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
  const sentences = planned.sentences.map((sentence) =>
    sentenceExpression(sentence, vocabulary, shared && { subjects: subjectsOf(planned), name: shared.name }),
  );
  const options = fields(
    [...isolated, ...loggedField(planned.policies[0]!), ["rules", list(sentences)]],
    true,
  );
  return call("policy", string(planned.name), options);
}

function loggedField({ logged }: Pick<Policy, "logged">): (readonly [string, Expression])[] {
  return logged ? [["logged", text("true")]] : [];
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

/** The list of isolated workloads, if sentences speak of all of them too: then it has a name. */
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

function sentenceExpression(
  { action, from, to, ports, only, logged }: PlannedSentence,
  vocabulary: Vocabulary,
  all?: { readonly subjects: ReadonlySet<string>; readonly name: string },
): Expression {
  const end = (peers: readonly Peer[] | undefined) =>
    all && isAll(peers, all.subjects) ? text(all.name) : endOf(peers, vocabulary);
  let sentence = chained(call(action, end(from)), "to", end(to));
  if (ports) sentence = chained(sentence, "on", ...ports.map(portExpression));
  if (only) sentence = chained(sentence, only === "ingress" ? "ingressOnly" : "egressOnly");
  return logged ? chained(sentence, "logged") : sentence;
}
