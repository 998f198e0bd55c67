import { emptySelectorMatch } from "../../rules/empty-selector-match/rule.js";
import { missingDnsEgress } from "../../rules/missing-dns-egress/rule.js";
import { redundantPolicy } from "../../rules/redundant-policy/rule.js";
import { shadowedRule } from "../../rules/shadowed-rule/rule.js";
import { unreachableRule } from "../../rules/unreachable-rule/rule.js";
import type { Rule } from "./rule.js";

/** Every rule, by name. */
export const RULES: readonly Rule[] = [
  emptySelectorMatch,
  missingDnsEgress,
  redundantPolicy,
  shadowedRule,
  unreachableRule,
];
