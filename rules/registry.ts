import { allowAnyPeer } from "./allow-any-peer/rule.js";
import { ambiguousPriority } from "./ambiguous-priority/rule.js";
import { asymmetricIsolation } from "./asymmetric-isolation/rule.js";
import { baselineUnreachable } from "./baseline-unreachable/rule.js";
import { cidrAny } from "./cidr-any/rule.js";
import { cidrHostBits } from "./cidr-host-bits/rule.js";
import { correlatedRules } from "./correlated-rules/rule.js";
import { danglingPeer } from "./dangling-peer/rule.js";
import { danglingSubject } from "./dangling-subject/rule.js";
import { dnsBlocked } from "./dns-blocked/rule.js";
import { duplicatePolicy } from "./duplicate-policy/rule.js";
import { emptyEntry } from "./empty-entry/rule.js";
import { emptyMatch } from "./empty-match/rule.js";
import { exceptOutsideCidr } from "./except-outside-cidr/rule.js";
import { hostNetworkPods } from "./host-network-pods/rule.js";
import { ineffectiveSection } from "./ineffective-section/rule.js";
import { invalidEndPort } from "./invalid-end-port/rule.js";
import { namedPortPortability } from "./named-port-portability/rule.js";
import { namedPortProtocol } from "./named-port-protocol/rule.js";
import { networksHitsPods } from "./networks-hits-pods/rule.js";
import { nonIsolatedPod } from "./non-isolated-pod/rule.js";
import { orInsteadOfAnd } from "./or-instead-of-and/rule.js";
import { overriddenByAdmin } from "./overridden-by-admin/rule.js";
import { passToNothing } from "./pass-to-nothing/rule.js";
import { peerContainedInSibling } from "./peer-contained-in-sibling/rule.js";
import { policyTypesOmitted } from "./policy-types-omitted/rule.js";
import { portContainedInSibling } from "./port-contained-in-sibling/rule.js";
import { protocolDefaulted } from "./protocol-defaulted/rule.js";
import { redundantPolicy } from "./redundant-policy/rule.js";
import { redundantRule } from "./redundant-rule/rule.js";
import { redundantTierRule } from "./redundant-tier-rule/rule.js";
import { servicePort } from "./service-port/rule.js";
import { shadowedRule } from "./shadowed-rule/rule.js";
import { splitRule } from "./split-rule/rule.js";
import { unknownNamedPort } from "./unknown-named-port/rule.js";
import { unlabelledNamespace } from "./unlabelled-namespace/rule.js";
import { unreachableRule } from "./unreachable-rule/rule.js";
import type { Rule } from "../src/lint/rule.js";

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
  emptyEntry,
  emptyMatch,
  exceptOutsideCidr,
  hostNetworkPods,
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
  portContainedInSibling,
  protocolDefaulted,
  redundantPolicy,
  redundantRule,
  redundantTierRule,
  servicePort,
  shadowedRule,
  splitRule,
  unknownNamedPort,
  unlabelledNamespace,
  unreachableRule,
];
