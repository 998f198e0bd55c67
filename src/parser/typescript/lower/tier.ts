import type { PodMatch, Rule, TierPolicy } from "../../../ir/policy.js";
import { dnsSubdomainError } from "../../kubernetes/names.js";
import { lowerMetadata } from "./metadata.js";
import { own, ruleOf } from "./network_policy.js";
import type { Place, Untrusted } from "./place.js";
import { isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { lowerSentences } from "./sentence.js";
import type { Sentence } from "./sentence.js";

const KINDS = {
  adminTier: { kind: "AdminTier", tier: "admin" },
  baselineTier: { kind: "BaselineTier", tier: "baseline" },
} as const;

/** Each sentence gives an ingress rule for every pods in its `to` and an egress rule for every pods in its `from`. */
export function lowerTier(
  kind: keyof typeof KINDS,
  document: Untrusted,
  place: Place,
  report: Report,
): TierPolicy | undefined {
  const { sites } = report;
  const { name } = document;
  const options = isRecord(document["options"]) ? document["options"] : {};
  const optionsAt = sites.argument(document, undefined, 1) ?? place;
  const metadata = lowerMetadata(options, optionsAt, report);
  const sentences = lowerSentences(options["rules"], optionsAt.property("rules"), report);
  for (const sentence of sentences) reportIdle(sentence, report);
  const nameError = typeof name === "string" ? dnsSubdomainError(name) : "is not a string";
  if (nameError)
    report.error(
      "invalid-name",
      (sites.argument(document, undefined, 0) ?? place).span,
      `the name ${shown(name)} ${nameError}`,
    );
  const { priority } = options;
  const valid = Number.isInteger(priority) && (priority as number) >= 0 && (priority as number) <= 1000;
  if (!valid)
    report.error(
      "invalid-priority",
      optionsAt.property("priority").span,
      `${shown(priority)} is not a priority from 0 to 1000`,
    );
  if (nameError || !valid) return undefined;
  const rules = (["ingress", "egress"] as const).flatMap((direction) =>
    sentences.flatMap((sentence): Rule[] =>
      subjects(sentence, direction).map((subject) => ruleOf(sentence, direction, subject)),
    ),
  );
  const logged = options["logged"] === true;
  return {
    ...KINDS[kind],
    name: name as string,
    priority: priority as number,
    rules,
    logged,
    ...metadata,
    span: place.span,
  };
}

function subjects(sentence: Sentence, direction: "ingress" | "egress"): PodMatch[] {
  return (own(sentence, direction).peers ?? []).filter((peer): peer is PodMatch => peer.kind === "pods");
}

function reportIdle(sentence: Sentence, report: Report): void {
  if (subjects(sentence, "ingress").length > 0 || subjects(sentence, "egress").length > 0) return;
  report.error("idle-rule", sentence.span, "neither end is pods, so the rule has no effect", {
    help: "use pods as one end; `everyPod` is all of them",
    ...report.callNotes(sentence.node),
  });
}
