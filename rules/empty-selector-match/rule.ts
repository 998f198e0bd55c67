import { isContradictory, podConditions } from "../../src/analysis/pod_conditions.js";
import { impliedNamespace, selectsPod } from "../../src/analysis/select.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type { PodMatch, Policy } from "../../src/ir/policy.js";
import type { Rule } from "../../src/lint/rule.js";
import { namespaceScope } from "../../src/lint/scopes.js";

export const emptySelectorMatch: Rule = {
  name: "empty-selector-match",
  meta: {
    summary: "a selector that no known pod matches, in a namespace whose pods are known",
    severity: "warning",
    world: "inventory",
  },
  check({ policies, inventory, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    const known = new KnownPods(inventory);
    for (const { match, role } of policies.flatMap(matchesOf)) {
      const among = known.couldMatch(match);
      if (!among || known.someMatch(match, among)) continue;
      report({
        span: match.pods.span,
        message: `${role} selects none of the ${among.length} known pods in ${namespacesOf(among)}`,
        help: "check the labels for a slip of the pen, or lint the files that describe its pods too",
      });
    }
  },
};

interface Selected {
  readonly match: PodMatch;
  readonly role: string;
}

function matchesOf(policy: Policy): readonly Selected[] {
  const subjects =
    policy.tier === "networkpolicy" ? [policy.subject] : policy.rules.map(({ subject }) => subject);
  const peers = policy.rules.flatMap((rule) => rule.peers?.filter((peer) => peer.kind === "pods") ?? []);
  return [
    ...subjects.map((match) => ({ match, role: "the subject" })),
    ...peers.map((match) => ({ match, role: "the peer" })),
  ];
}

/** The inventory's pods by namespace. */
class KnownPods {
  private readonly byNamespace = new Map<string, Pod[]>();
  private readonly namespaces: ReadonlyMap<string, Inventory["namespaces"][number]>;
  private readonly folders: ReadonlySet<string>;

  constructor(inventory: Inventory) {
    this.namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    this.folders = new Set(inventory.pods.map(namespaceScope));
    for (const pod of inventory.pods) {
      const pods = this.byNamespace.get(pod.namespace);
      if (pods) pods.push(pod);
      else this.byNamespace.set(pod.namespace, [pod]);
    }
  }

  /**
   * The pods that the match's labels choose from; undefined if that is not known: the match is of every pod, of none, or
   * of a namespace without known pods (they are described elsewhere, as those of kube-system are).
   */
  couldMatch(match: PodMatch): readonly Pod[] | undefined {
    if (match.pods.requirements.length === 0 || isContradictory(match)) return undefined;
    const name = podConditions(match).get(`namespace ${NAMESPACE_NAME_LABEL}`)?.condition;
    if (!name || name.others) return undefined;
    const names = [...name.values];
    const described = names.every((namespace) =>
      this.folders.has(namespaceScope({ namespace, span: match.span })),
    );
    return described ? names.flatMap((each) => this.byNamespace.get(each)!) : undefined;
  }

  someMatch(match: PodMatch, among: readonly Pod[]): boolean {
    return among.some((pod) =>
      selectsPod(match, pod, this.namespaces.get(pod.namespace) ?? impliedNamespace(pod.namespace)),
    );
  }
}

function namespacesOf(pods: readonly Pod[]): string {
  const names = [...new Set(pods.map(({ namespace }) => namespace))];
  return `namespace${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
}
