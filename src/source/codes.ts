/** The names of diagnostics: a lint rule, or one of these. An unknown name does not compile. */
import type { RuleName } from "./rule_names.js";

/** Of files as such. */
type FileCode =
  | "binary-file"
  | "file-too-large"
  | "invalid-utf8"
  | "unreadable-file"
  | "unrendered-kustomization"
  | "unrendered-template";

type YamlCode =
  | "alias-limit"
  | "ambiguous-key"
  | "duplicate-key"
  | "merge-replaces"
  | "nesting-limit"
  | "yaml-alias"
  | "yaml-key"
  | "yaml-merge"
  | "yaml-number"
  | "yaml-syntax"
  | "yaml-tabs"
  | "yaml-tag"
  | "yaml-unread";

/** Of Kubernetes objects. */
type ObjectCode =
  | "annotations-too-long"
  | "duplicate-entry"
  | "duplicate-object"
  | `empty-${OneOf}`
  | "empty-list"
  | "invalid-annotation"
  | "invalid-cidr"
  | "invalid-domain-name"
  | "invalid-finalizer"
  | "invalid-ip"
  | "invalid-label"
  | "invalid-name"
  | "invalid-owner"
  | "invalid-port"
  | "invalid-port-name"
  | "invalid-priority"
  | "invalid-selector"
  | "invalid-time"
  | "invalid-value"
  | "missing-field"
  | "missing-name"
  | "missing-values"
  | `mixed-${OneOf}`
  | "noncanonical-cidr"
  | "not-an-object"
  | "port-out-of-range"
  | "shared-address"
  | "too-many-entries"
  | "too-many-policy-types"
  | "unexpected-values"
  | "unknown-action"
  | "unknown-api-version"
  | "unknown-field"
  | "unknown-kind"
  | "unknown-operator"
  | "unknown-peer"
  | "unknown-policy-type"
  | "unknown-tier"
  | "unread-policy"
  | "unsupported-protocol"
  | "wrong-type";

/** Objects that must have exactly one of several fields. */
export type OneOf = "peer" | "port" | "subject";

/** Of TypeScript policy files, besides the compiler's own codes. */
type TypeScriptCode =
  | `TS${number}`
  | "circular-extends"
  | "empty-end"
  | "evaluation-error"
  | "forbidden-import"
  | "idle-policy"
  | "idle-rule"
  | "invalid-claim"
  | "invalid-end"
  | "invalid-rule"
  | "memory-limit"
  | "misplaced-config"
  | "named-port-of-network"
  | "not-exported"
  | "nothing-exported"
  | "result-limit"
  | "sandbox-error"
  | "stack-limit"
  | "time-limit"
  | "unresolved-import";

/** Of configurations and suppressions. */
type ConfigCode =
  | "invalid-level"
  | "invalid-pattern"
  | "invalid-scope"
  | "invalid-service-setting"
  | "invalid-suppression"
  | "no-config"
  | "several-configs"
  | "unknown-preset"
  | "unknown-rule"
  | "unreadable-config"
  | "unused-suppression";

type ClaimCode = "broken-claim" | "empty-claim" | "unproved-claim";

/** Of policies that the other format cannot express. */
type ConversionCode =
  | "comment-lost"
  | "field-lost"
  | "inexpressible-peer"
  | "inexpressible-port"
  | "no-free-priority"
  | "port-zero-lost"
  | "rule-logging-lost"
  | "rule-name-lost";

/** Of Services, their addresses and endpoints. */
export type ServiceCode =
  | "address-collision"
  | "address-taken"
  | "endpoint-outside-nodes"
  | "endpoints-from-pods"
  | "external-ips-off"
  | "family-mismatch"
  | "no-cluster-ip"
  | "no-endpoints"
  | "no-ports"
  | "port-collision"
  | "slice-without-service"
  | "source-ranges-of-other-family"
  | "unnamed-endpoint-port";

/** Of building, reading and writing bundles. */
export type BundleCode =
  | "compile-failed"
  | "compiler-missing"
  | "invalid-bundle"
  | "invalid-name"
  | "output-refused"
  | "unplaced-pod"
  | "verify-failed";

export type Code =
  | RuleName
  | FileCode
  | YamlCode
  | ObjectCode
  | TypeScriptCode
  | ConfigCode
  | ClaimCode
  | ConversionCode
  | ServiceCode
  | BundleCode;
