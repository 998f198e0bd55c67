import { danglingPeer } from "../../rules/dangling-peer/rule.js";
import { danglingSubject } from "../../rules/dangling-subject/rule.js";
import { dnsBlocked } from "../../rules/dns-blocked/rule.js";
import { emptyMatch } from "../../rules/empty-match/rule.js";
import { redundantPolicy } from "../../rules/redundant-policy/rule.js";
import { redundantRule } from "../../rules/redundant-rule/rule.js";
import { shadowedRule } from "../../rules/shadowed-rule/rule.js";
import type { Rule } from "./rule.js";

/** Every rule, by name. */
export const RULES: readonly Rule[] = [
  danglingPeer,
  danglingSubject,
  dnsBlocked,
  emptyMatch,
  redundantPolicy,
  redundantRule,
  shadowedRule,
];
