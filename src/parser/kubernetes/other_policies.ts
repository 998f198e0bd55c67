/** Policies of other APIs: they decide about connections too, and are not read, which must not go unsaid. */
import { nearestName } from "../../source/nearest_name.js";

/** Of any group but those of Kubernetes: Cilium's, Calico's with its staged ones, Antrea's, AWS's, GKE's, Multus's. */
const NAMED_SO = /(?:NetworkPolicy|FirewallPolicy)$/;

/** Kinds of other names, by group. What proxies of service meshes decide about requests is none of them. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  "crd.nsx.vmware.com": ["SecurityPolicy"],
  "k8s.ovn.org": ["EgressFirewall"],
  "kubeovn.io": ["SecurityGroup"],
  "network.openshift.io": ["NetNamespace"],
  "neuvector.com": ["NvSecurityRule", "NvClusterSecurityRule"],
  "nsx.vmware.com": ["SecurityPolicy"],
  "vpcresources.k8s.aws": ["SecurityGroupPolicy"],
};

/** Kinds that count whatever their group, where it cannot be read. */
export const OTHER_POLICY_KIND = `[A-Za-z0-9]*(?:NetworkPolicy|FirewallPolicy)|EgressFirewall`;

export function isOtherPolicy(kind: string, version: string): boolean {
  const group = groupOf(version);
  return (NAMED_SO.test(kind) && isForeign(group)) || OTHERS[group]?.includes(kind) === true;
}

/** Is the group surely none of Kubernetes' own, nor one of its policies' misspelt? */
export function isForeign(group: string): boolean {
  if (!group.includes(".") || /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)) return false;
  return nearestName(group, ["networking.k8s.io", "policy.networking.k8s.io"], 2) === undefined;
}

export function groupOf(version: string): string {
  return version.includes("/") ? version.slice(0, version.indexOf("/")) : "";
}
