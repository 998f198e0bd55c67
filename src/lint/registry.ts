import { ambiguousPriority } from "../../rules/ambiguous-priority/rule.js";
import { baselineUnreachable } from "../../rules/baseline-unreachable/rule.js";
import { cidrHostBits } from "../../rules/cidr-host-bits/rule.js";
import { correlatedRules } from "../../rules/correlated-rules/rule.js";
import { danglingPeer } from "../../rules/dangling-peer/rule.js";
import { danglingSubject } from "../../rules/dangling-subject/rule.js";
import { dnsBlocked } from "../../rules/dns-blocked/rule.js";
import { duplicatePolicy } from "../../rules/duplicate-policy/rule.js";
import { emptyMatch } from "../../rules/empty-match/rule.js";
import { exceptOutsideCidr } from "../../rules/except-outside-cidr/rule.js";
import { ineffectiveSection } from "../../rules/ineffective-section/rule.js";
import { invalidEndPort } from "../../rules/invalid-end-port/rule.js";
import { overriddenByAdmin } from "../../rules/overridden-by-admin/rule.js";
import { redundantPolicy } from "../../rules/redundant-policy/rule.js";
import { redundantRule } from "../../rules/redundant-rule/rule.js";
import { redundantTierRule } from "../../rules/redundant-tier-rule/rule.js";
import { shadowedRule } from "../../rules/shadowed-rule/rule.js";
import type { Rule } from "./rule.js";

/** Every rule, by name. */
export const RULES: readonly Rule[] = [
  ambiguousPriority,
  baselineUnreachable,
  cidrHostBits,
  correlatedRules,
  danglingPeer,
  danglingSubject,
  dnsBlocked,
  duplicatePolicy,
  emptyMatch,
  exceptOutsideCidr,
  ineffectiveSection,
  invalidEndPort,
  overriddenByAdmin,
  redundantPolicy,
  redundantRule,
  redundantTierRule,
  shadowedRule,
];
