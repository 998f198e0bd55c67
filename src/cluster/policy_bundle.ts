/** The custom resource that says which bundle the nodes of a cluster enforce, and what each of them makes of it. */
import type { Signature } from "../signing/signature.js";
import type { ENCODING } from "./payload.js";
import type { KubeObject } from "./resource.js";

/** Where polc's own objects are. */
export const NAMESPACE = "polc-system";
/** The Secret with public keys that the agents mount: whoever may deploy has no right to change it. */
export const TRUSTED_KEYS = "polc-trusted-keys";
/** Labels of the agents' pods: as manifests/ have them. */
export const AGENT_LABELS = "app.kubernetes.io/name=polc-agent";

export interface PolicyBundle extends KubeObject {
  readonly spec: PolicyBundleSpec;
  readonly status?: { readonly nodes?: readonly NodeStatus[] };
}

export interface PolicyBundleSpec {
  /** Of the bundle's manifest: `sha256:` and hex. */
  readonly digest: string;
  /** Grows with each deploy. A node never goes back to an older one. */
  readonly epoch: number;
  readonly payload: {
    readonly namespace: string;
    /** In order. */
    readonly configMaps: readonly string[];
    readonly encoding: typeof ENCODING;
  };
  readonly signatures?: readonly Signature[];
  /** Only these nodes take the bundle; the others keep what they enforce. */
  readonly canary?: { readonly nodes: readonly string[] };
}

export type NodeState = "enforcing" | "refused" | "pending";

/** Each node applies its own entry, with the field manager `polc-agent-NODE`. */
export interface NodeStatus {
  readonly node: string;
  readonly digest?: string;
  readonly epoch?: number;
  readonly generation?: number;
  readonly state: NodeState;
  readonly message?: string;
  readonly tier?: string;
  readonly pods?: number;
  readonly podsMissing?: number;
  /** Of log events. */
  readonly losses?: number;
  readonly denies?: number;
  /** When this was so, RFC 3339. */
  readonly observed?: string;
}
