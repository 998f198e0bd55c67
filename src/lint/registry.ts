import { allowAnyPeer } from "../../rules/allow-any-peer/rule.js";
import { ambiguousPriority } from "../../rules/ambiguous-priority/rule.js";
import { asymmetricIsolation } from "../../rules/asymmetric-isolation/rule.js";
import { baselineUnreachable } from "../../rules/baseline-unreachable/rule.js";
import { cidrAny } from "../../rules/cidr-any/rule.js";
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
import { namedPortPortability } from "../../rules/named-port-portability/rule.js";
import { namedPortProtocol } from "../../rules/named-port-protocol/rule.js";
import { networksHitsPods } from "../../rules/networks-hits-pods/rule.js";
import { nonIsolatedPod } from "../../rules/non-isolated-pod/rule.js";
import { orInsteadOfAnd } from "../../rules/or-instead-of-and/rule.js";
import { overriddenByAdmin } from "../../rules/overridden-by-admin/rule.js";
import { passToNothing } from "../../rules/pass-to-nothing/rule.js";
import { peerContainedInSibling } from "../../rules/peer-contained-in-sibling/rule.js";
import { policyTypesOmitted } from "../../rules/policy-types-omitted/rule.js";
import { protocolDefaulted } from "../../rules/protocol-defaulted/rule.js";
import { redundantPolicy } from "../../rules/redundant-policy/rule.js";
import { redundantRule } from "../../rules/redundant-rule/rule.js";
import { redundantTierRule } from "../../rules/redundant-tier-rule/rule.js";
import { shadowedRule } from "../../rules/shadowed-rule/rule.js";
import { unknownNamedPort } from "../../rules/unknown-named-port/rule.js";
import { unreachableRule } from "../../rules/unreachable-rule/rule.js";
import type { Rule } from "./rule.js";

/** Every rule, by name. */
export const RULES: readonly Rule[] = [
  allowAnyPeer,
  ambiguousPriority,
  asymmetricIsolation,
  baselineUnreachable,
  cidrAny,
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
  namedPortPortability,
  namedPortProtocol,
  networksHitsPods,
  nonIsolatedPod,
  orInsteadOfAnd,
  overriddenByAdmin,
  passToNothing,
  peerContainedInSibling,
  policyTypesOmitted,
  protocolDefaulted,
  redundantPolicy,
  redundantRule,
  redundantTierRule,
  shadowedRule,
  unknownNamedPort,
  unreachableRule,
];
