/** What policy files import as `polc`. */
export { allow, deny, pass } from "./sentence.js";
export type { Opening, Sentence } from "./sentence.js";
export { anywhere, cidr, cluster, everyPod, internet, namespaces, pods } from "./match.js";
export type { Addresses, Anywhere, Cluster, End, NamespacedPods, Namespaces, Pods } from "./match.js";
export { absent, exists, isIn, notIn } from "./label.js";
export type { Condition, LabelExpression, Labels, Selector, SelectorObject } from "./label.js";
export { range, sctp, tcp, udp } from "./port.js";
export type { Port, PortNumbers } from "./port.js";
export { defineConfig } from "./config.js";
export type { Config, ConfigLevel } from "./config.js";
export { adminTier, baselineTier, policy, claims } from "./document.js";
export type { Document, Isolated, Metadata, PolicyOptions, TierOptions } from "./document.js";
export { check } from "./claim.js";
export type { Check, Claim, OnlyFrom, OnlyTo } from "./claim.js";
