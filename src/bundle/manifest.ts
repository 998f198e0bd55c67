/**
 * What a bundle's `manifest.json` holds: which policy set serves which pods, what each bit and slot of its layout
 * means, and the names behind the numbers that the kernel reports. Everything is in a fixed order and without times or
 * absolute paths, so equal input gives equal bytes.
 */
import type { Action, Direction, Peer, PodMatch, Protocol, Tier } from "../ir/policy.js";

export const SCHEMA_VERSION = 2;

export const MANIFEST_FILE = "manifest.json";
/** Beside the manifest, and no part of what is digested: who signed that digest. */
export const SIGNATURES_FILE = "signatures.json";

export interface Manifest {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** `sha256:` and the hex digest of the canonical JSON of everything else here; the files' digests are part of it. */
  readonly digest: string;
  readonly polcVersion: string;
  /** What the compiler calls itself, such as `Debian clang version 14.0.6`. */
  readonly compiler: string;
  /** The programs that judge every pod of a node; policy sets are their data. */
  readonly shell: ManifestFile;
  readonly ir: ManifestFile;
  /** Left out if no Service has an address. */
  readonly services?: ManifestServices;
  readonly sets: readonly ManifestSet[];
  /** By id: rule id N is at N - 1. */
  readonly rules: readonly ManifestRule[];
  /** In the order of `Bundle.policies`. */
  readonly policies: readonly ManifestPolicy[];
}

export interface ManifestServices extends ManifestFile {
  /** The programs that serve them, on pods and links, in XDP and for sockets. */
  readonly objects: Readonly<Record<ServiceProgram, ManifestFile>>;
}

export type ServiceProgram = "tc" | "xdp" | "socket";

export interface ManifestFile {
  /** Name in the bundle's directory. */
  readonly file: string;
  /** In hex. */
  readonly sha256: string;
}

/** One policy set: the policies that decide together. In table form it is data alone, which `ir.json` gives. */
export type ManifestSet = SpecialisedSet | TableSet;

export interface SpecialisedSet extends SetLayout {
  readonly form: "specialised";
  /** C for people to read; the object is made of the same code without comments. */
  readonly source: string;
  readonly sourceSha256: string;
  /** Shared by sets that have the same code. */
  readonly object: string;
  /** Of the object. */
  readonly sha256: string;
}

export interface TableSet extends SetLayout {
  readonly form: "table";
}

/** The part of a set's entry that follows from its policies alone. */
export interface SetLayout {
  readonly name: string;
  /** The namespace whose pods it serves; left out for the set of all namespaces without NetworkPolicies. */
  readonly namespace?: string;
  /** Indices into `Manifest.policies`. */
  readonly policies: readonly number[];
  /** Ids of its rules in order of evaluation: what the set's programs report as rule N has the id at N - 1. */
  readonly rules: readonly number[];
  /** Subject selectors: bit i of `struct subject.selected`. Spans are NO_SPAN: `ir.json` has them. */
  readonly subjects: readonly PodMatch[];
  /** Peer terms: bit i of `struct peer.terms`. Spans are NO_SPAN. */
  readonly terms: readonly Peer[];
  /** Named ports: slot i of `port` in both. */
  readonly namedPorts: readonly ManifestNamedPort[];
  /** 64-bit words of `struct subject.selected`. */
  readonly subjectWords: number;
  /** 64-bit words of `struct peer.terms`. */
  readonly termWords: number;
  /** 16-bit entries of `port`, in both structs. */
  readonly namedSlots: number;
}

export interface ManifestNamedPort {
  readonly protocol: Protocol;
  readonly name: string;
}

export interface ManifestRule {
  /** From 1, unique over the bundle. */
  readonly id: number;
  /** Index into `Manifest.policies`. */
  readonly policy: number;
  readonly direction: Direction;
  readonly action: Action;
  /** Such as `ingress[0]`: the rule's direction and its place among the policy's rules of that direction. */
  readonly name: string;
  /** The rule in words. */
  readonly text: string;
  /** `file:line`. */
  readonly source: string;
}

export interface ManifestPolicy {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly tier: Tier;
  /** `file:line`. */
  readonly source: string;
  readonly logged: boolean;
}
