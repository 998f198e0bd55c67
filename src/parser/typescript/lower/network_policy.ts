import type { Direction, NetworkPolicy, PodMatch, Rule } from "../../../ir/policy.js";
import { dnsSubdomainError } from "../../kubernetes/names.js";
import type { End } from "./end.js";
import { lowerIsolation } from "./isolation.js";
import type { Isolated, Isolation } from "./isolation.js";
import { lowerMetadata } from "./metadata.js";
import type { Place, Untrusted } from "./place.js";
import { isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { lowerSentences } from "./sentence.js";
import type { Sentence } from "./sentence.js";

const ALLOW: ReadonlySet<unknown> = new Set(["allow"]);

/**
 * 1. Each isolated workload W gives one NetworkPolicy in W's namespace: of a list `NAME-W`, alone `NAME`, in an object
 *    its key.
 * 2. A sentence whose `to` is isolated for ingress gives W's policy an ingress rule from the sentence's `from`.
 * 3. A sentence whose `from` is isolated for egress gives W's policy an egress rule to the sentence's `to`.
 * 4. A sentence of one direction only (`.ingressOnly()`, `.egressOnly()`) gives no rule of the other.
 * 5. A sentence that gives no rule is an error.
 */
export function lowerPolicy(document: Untrusted, place: Place, report: Report): NetworkPolicy[] {
  const { sites } = report;
  const { name } = document;
  const options = isRecord(document["options"]) ? document["options"] : {};
  const optionsAt = sites.argument(document, undefined, 1) ?? place;
  const isolation = lowerIsolation(options, optionsAt, name, report);
  const metadata = lowerMetadata(options, optionsAt, report);
  const sentences = lowerSentences(options["rules"], optionsAt.property("rules"), report, ALLOW);
  const nameError = typeof name === "string" ? dnsSubdomainError(name) : "is not a string";
  if (nameError) {
    const { span } = sites.argument(document, undefined, 0) ?? place;
    report.error("invalid-name", span, `the name ${shown(name)} ${nameError}`);
    return [];
  }
  const rules = assign(sentences, isolation, report);
  return isolation.workloads.flatMap((workload, index) => {
    const full = workload.name ?? `${name as string}-${workload.workload ?? index}`;
    const error = dnsSubdomainError(full);
    if (!error) {
      const policy = networkPolicy(full, workload, rules.get(workload) ?? [], options["logged"] === true);
      return [{ ...policy, ...metadata }];
    }
    const help = "a policy is named after its workload: write its key in lower case, with hyphens";
    report.error("invalid-name", workload.subject.span, `the policy name "${full}" ${error}`, { help });
    return [];
  });
}

function networkPolicy(
  name: string,
  workload: Isolated,
  rules: readonly Rule[],
  logged: boolean,
): NetworkPolicy {
  const { subject, namespace, ingress, egress } = workload;
  return {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name,
    namespace,
    subject,
    isolates: { ingress, egress },
    rules,
    logged,
    span: subject.span,
  };
}

/** The rules of each isolated workload: ingress first, each direction in the order of the sentences. */
function assign(sentences: readonly Sentence[], isolation: Isolation, report: Report): Map<Isolated, Rule[]> {
  const rules = new Map<Isolated, Rule[]>(isolation.workloads.map((workload) => [workload, []]));
  const idle = new Set(sentences);
  for (const direction of ["ingress", "egress"] as const)
    for (const sentence of sentences)
      for (const workload of isolation.of(own(sentence, direction), direction)) {
        idle.delete(sentence);
        rules.get(workload)!.push(ruleOf(sentence, direction, workload.subject));
      }
  if (isolation.workloads.length === 0) return rules;
  for (const sentence of idle)
    report.error("idle-rule", sentence.span, "this policy isolates neither end, so the rule has no effect", {
      help: "add one of the ends to `isolate`, written as it is here, or remove the rule",
      ...report.callNotes(sentence.node),
    });
  return rules;
}

const NO_END: End = { peers: [] };

/** The subject's end of a sentence in a direction; nothing if the sentence is of the other direction only. */
export function own(sentence: Sentence, direction: Direction): End {
  if (sentence.only && sentence.only !== direction) return NO_END;
  return direction === "ingress" ? sentence.to : sentence.from;
}

export function ruleOf(sentence: Sentence, direction: Direction, subject: PodMatch): Rule {
  const { action, ports, logged, name, span } = sentence;
  const { peers } = direction === "ingress" ? sentence.from : sentence.to;
  return {
    direction,
    action,
    subject,
    ...(peers && { peers }),
    ...(ports && { ports }),
    logged,
    ...(name !== undefined && { ruleName: name }),
    span,
  };
}
