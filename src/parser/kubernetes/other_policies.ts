/** Policies of other APIs. They also decide about connections but are not read, so users must be told. */
import { nearestName } from "../../source/nearest_name.js";

/** In any group outside Kubernetes: Cilium, Calico with its staged policies, Antrea, AWS, GKE, Multus. */
const NAMED_SO = /(?:NetworkPolicy|FirewallPolicy)$/;

/** Kinds with other names, by group. Rules about requests in service meshes are not among them. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  "crd.nsx.vmware.com": ["SecurityPolicy"],
  "k8s.ovn.org": ["EgressFirewall"],
  "kubeovn.io": ["SecurityGroup"],
  "network.openshift.io": ["NetNamespace"],
  "neuvector.com": ["NvSecurityRule", "NvClusterSecurityRule"],
  "nsx.vmware.com": ["SecurityPolicy"],
  "vpcresources.k8s.aws": ["SecurityGroupPolicy"],
};

/** Kinds that count whatever their group is, if it cannot be read. */
export const OTHER_POLICY_KIND = `[A-Za-z0-9]*(?:NetworkPolicy|FirewallPolicy)|EgressFirewall`;

export function isOtherPolicy(kind: string, version: string): boolean {
  const group = groupOf(version);
  return (NAMED_SO.test(kind) && isForeign(group)) || OTHERS[group]?.includes(kind) === true;
}

/** Is the group certainly not one of Kubernetes, nor a misspelling of its policy groups? */
export function isForeign(group: string): boolean {
  if (!group.includes(".") || /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)) return false;
  return nearestName(group, ["networking.k8s.io", "policy.networking.k8s.io"], 2) === undefined;
}

export function groupOf(version: string): string {
  return version.includes("/") ? version.slice(0, version.indexOf("/")) : "";
}
