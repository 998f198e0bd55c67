import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, ofApp, pod } from "../../test/lint/objects.js";
import { namedPortProtocol } from "./rule.js";

const found = finding(namedPortProtocol);

const HTTP = "{ name: http, containerPort: 8080 }";
const API = ofApp("api");

const UDP = "{ name: dns, containerPort: 5353, protocol: UDP }";

test("a forgotten protocol is TCP: a port of UDP is found", async () => {
  expect(
    await found(networkPolicy(`${API}, ingress: [{ ports: [{ port: dns }] }]`), pod("api", { ports: UDP })),
  ).toEqual(["4 named-port-protocol"]);
});

test("a name that is a port of both protocols may be either", async () => {
  const both = `${UDP}, { name: dns, containerPort: 5353 }`;
  expect(
    await found(networkPolicy(`${API}, ingress: [{ ports: [{ port: dns }] }]`), pod("api", { ports: both })),
  ).toEqual([]);
});

test("one pod with the protocol is enough", async () => {
  const text = networkPolicy("podSelector: {}, ingress: [{ ports: [{ port: dns }] }]");
  expect(
    await found(text, pod("api", { ports: UDP }), pod("web", { ports: UDP.replace("UDP", "TCP") })),
  ).toEqual([]);
});

test("a name that no pod has is another finding", async () => {
  expect(
    await found(networkPolicy(`${API}, ingress: [{ ports: [{ port: dns }] }]`), pod("api", { ports: HTTP })),
  ).toEqual([]);
});

const TIER = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: guard }
spec:
  priority: 10
  subject: { namespaces: {} }
  egress:
    - action: Allow
      to:
        - pods:
            namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
            podSelector: { matchLabels: { app: api } }
      ports: [{ namedPort: dns }]
`;

test("a named port of a tier has no protocol: it is the port of that name, whatever its protocol", async () => {
  expect(await found(TIER, pod("api", { ports: UDP }))).toEqual([]);
  const cluster = TIER.replace("v1alpha1", "v1alpha2")
    .replace("AdminNetworkPolicy", "ClusterNetworkPolicy")
    .replace("priority: 10", "tier: Admin\n  priority: 10")
    .replace("Allow", "Accept")
    .replace("ports: [{ namedPort: dns }]", "protocols: [{ destinationNamedPort: dns }]");
  expect(await found(cluster, pod("api", { ports: UDP }))).toEqual([]);
});

test("the help is in the words of the file", async () => {
  const text = `import { allow, anywhere, pods, policy, tcp } from "polc";
const api = pods({ app: "api" }, { namespace: "shop" });
export default policy("a", { isolateIngress: api, rules: [allow(anywhere).to(api).on(tcp("dns"))] });
`;
  const files = { "a.policy.ts": text, "pods.yaml": pod("api", { ports: UDP }) };
  const { diagnostics } = await lintFiles(files, [namedPortProtocol]);
  expect(diagnostics.map(({ help }) => help)).toEqual(['write udp("dns")']);
});
