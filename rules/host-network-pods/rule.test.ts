import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { hostNetworkPods } from "./rule.js";

async function found(...documents: readonly string[]): Promise<readonly string[]> {
  return places(await lintFiles({ "a.yaml": documents.join("---\n") }, [hostNetworkPods]));
}

const pod = (name: string, app: string, hostNetwork: boolean) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${app} } }
spec: { hostNetwork: ${hostNetwork}, containers: [{ name: main, image: "shop/main:1" }] }
`;
const policy = (spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: policy, namespace: shop }
spec: { ${spec} }
`;

const AGENT = pod("agent-0", "agent", true);
const WEB = pod("web-0", "web", false);
const from = (peers: string) => policy(`podSelector: {}, ingress: [{ from: [${peers}] }]`);
const OF_AGENT = "{ podSelector: { matchLabels: { app: agent } } }";

test("a peer that selects only pods on the host network is found", async () => {
  expect(await found(from(OF_AGENT), AGENT, WEB)).toEqual(["4 host-network-pods"]);
});

test("so is a subject", async () => {
  expect(await found(policy("podSelector: { matchLabels: { app: agent } }"), AGENT, WEB)).toEqual([
    "4 host-network-pods",
  ]);
});

test("a selector that selects a pod of the pod network too is not found", async () => {
  expect(await found(from(OF_AGENT), AGENT, pod("agent-1", "agent", false))).toEqual([]);
});

test("a selector of every pod is not found", async () => {
  expect(await found(from("{ podSelector: {} }"), AGENT)).toEqual([]);
});

test("a peer beside addresses is not found: they are the same pods for other plugins", async () => {
  expect(await found(from(`${OF_AGENT}, { ipBlock: { cidr: 192.0.2.0/24 } }`), AGENT, WEB)).toEqual([]);
});

test("where other pods may be selected nothing is found", async () => {
  const custom =
    "apiVersion: example.com/v1\nkind: Agent\nmetadata: { name: a, namespace: shop }\nspec: {}\n";
  expect(await found(from(OF_AGENT), AGENT, custom)).toEqual([]);
  const anywhere = "{ namespaceSelector: {}, podSelector: { matchLabels: { app: agent } } }";
  expect(await found(from(anywhere), AGENT)).toEqual([]);
});
