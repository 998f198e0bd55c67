import { describe, expect, test } from "vitest";
import { findings, read } from "../reading.js";

function head(version: string, kind: string): string[] {
  return findings(`apiVersion: ${version}\nkind: ${kind}\nmetadata: { name: a, namespace: shop }\n`);
}

/** As their projects publish them. */
const OF_OTHER_APIS: readonly (readonly [version: string, kind: string])[] = [
  ["crd.antrea.io/v1beta1", "NetworkPolicy"],
  ["crd.antrea.io/v1alpha1", "ClusterNetworkPolicy"],
  ["security.antrea.tanzu.vmware.com/v1alpha1", "NetworkPolicy"],
  ["k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy"],
  ["networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy"],
  ["networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy"],
  ["vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"],
  ["networking.gke.io/v1alpha1", "FQDNNetworkPolicy"],
  ["network.openshift.io/v1", "EgressNetworkPolicy"],
  ["network.openshift.io/v1", "NetNamespace"],
  ["k8s.ovn.org/v1", "EgressFirewall"],
  ["cilium.io/v2", "CiliumNetworkPolicy"],
  ["cilium.io/v2", "CiliumClusterwideNetworkPolicy"],
  ["projectcalico.org/v3", "NetworkPolicy"],
  ["crd.projectcalico.org/v1", "NetworkPolicy"],
  ["crd.projectcalico.org/v1", "GlobalNetworkPolicy"],
  ["projectcalico.org/v3", "StagedNetworkPolicy"],
  ["projectcalico.org/v3", "StagedGlobalNetworkPolicy"],
  ["projectcalico.org/v3", "StagedKubernetesNetworkPolicy"],
  ["metal-stack.io/v1", "ClusterwideNetworkPolicy"],
  ["nsx.vmware.com/v1alpha1", "SecurityPolicy"],
  ["kubeovn.io/v1", "SecurityGroup"],
  ["neuvector.com/v1", "NvClusterSecurityRule"],
  ["networking.acme.example/v1", "NetworkPolicy"],
  ["acme.example/v1", "TenantFirewallPolicy"],
];

describe("policies of other APIs", () => {
  test.each(OF_OTHER_APIS)("%s %s is named by one note and is no custom resource", (version, kind) => {
    expect(head(version, kind).map((each) => each.replace(/ at .*/, ""))).toEqual(["note unread-policy"]);
    const { policies, customResources, ignored } = read(
      `apiVersion: ${version}\nkind: ${kind}\nmetadata: { name: a }\n`,
    );
    expect([policies, customResources, ignored]).toEqual([[], [], 1]);
  });

  test("the note says what is not read, by its name", () => {
    const text =
      "apiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy\nmetadata: { name: strict, namespace: shop }\n";
    expect(read(text).diagnostics[0]!.message).toBe(
      "NetworkPolicy shop/strict of crd.antrea.io/v1beta1 is not read: polc takes no account of it",
    );
  });

  test("each policy of a list of theirs is named", () => {
    const item = (name: string) => `- { metadata: { name: ${name} } }\n`;
    expect(
      findings(`apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicyList\nitems:\n${item("a")}${item("b")}`),
    ).toEqual([expect.stringContaining("note unread-policy"), expect.stringContaining("note unread-policy")]);
  });

  test.each([
    ["networking.k8.io/v1", "NetworkPolicy"],
    ["networking.kubernetes.io/v1", "NetworkPolicy"],
    ["policy.k8s.io/v1", "NetworkPolicy"],
    ["networking/v1", "NetworkPolicy"],
    ["policy.networking.k8.io/v1alpha2", "ClusterNetworkPolicy"],
    ["networking.k8s.io/v1", "AdminNetworkPolicy"],
  ])("a misspelt group of Kubernetes, such as %s, is no other API", (version, kind) => {
    expect(head(version, kind)).toEqual([`error unknown-api-version at "${version}"`]);
  });

  test("other kinds of those groups, and what proxies of meshes decide, are no policies of networks", () => {
    expect(head("k8s.ovn.org/v1", "EgressQoS")).toEqual([]);
    expect(head("crd.projectcalico.org/v1", "IPPool")).toEqual([]);
    expect(head("security.istio.io/v1", "AuthorizationPolicy")).toEqual([]);
  });
});

describe("OpenShift templates", () => {
  const template = (objects: string, version = "template.openshift.io/v1") =>
    `apiVersion: ${version}\nkind: Template\nmetadata: { name: t }\nparameters: [{ name: CIDR }]\nobjects:\n${objects}`;
  const policy = (name: string, spec: string) =>
    `- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata: { name: ${name}, namespace: shop }\n  spec: ${spec}\n`;

  test("the objects are read, whichever group the template has", () => {
    for (const version of ["template.openshift.io/v1", "v1"]) {
      const text = template(policy("a", "{ podSelector: {} }"), version);
      expect(read(text).policies.map(({ name }) => name)).toEqual(["a"]);
    }
  });

  test("a parameter is template text, and a misspelt field beside it is an error", () => {
    const egress = 'egress: [{ to: [{ ipBlock: { cidr: "${CIDR}" } }] }]';
    const text = template(policy("a", `{ podSelector: {}, polcyTypes: [Egress], ${egress} }`));
    expect(findings(text)).toEqual([
      'error unknown-field at "polcyTypes"',
      'error unrendered-template at "\\"${CIDR}\\""',
    ]);
    const port = template(policy("a", '{ podSelector: {}, ingress: [{ ports: [{ port: "${{PORT}}" }] }] }'));
    expect(findings(port)).toEqual(['error unrendered-template at "\\"${{PORT}}\\""']);
  });

  test("a workload whose name or labels are parameters is none that is known", () => {
    const deployment = (name: string, label: string) =>
      `- apiVersion: apps/v1\n  kind: Deployment\n  metadata: { name: ${name} }\n` +
      `  spec: { template: { metadata: { labels: { app: "${label}" } }, spec: {} } }\n`;
    const text = template(
      deployment('"${NAME}"', "web") + deployment("db", "${NAME}") + deployment("api", "api"),
    );
    expect(read(text).inventory.pods.map(({ name }) => name)).toEqual(["api"]);
    expect(read(text).diagnostics.map(({ rule }) => rule)).toEqual([
      "unrendered-template",
      "unrendered-template",
    ]);
  });

  test("objects must be a list", () => {
    expect(findings(template("  a: b\n"))).toEqual(['error wrong-type at "a: b"']);
  });
});
