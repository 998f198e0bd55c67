/** What is known of the pods of an inventory: labels of their controllers, the host network, loopback. */
import { expect, test } from "vitest";
import { inventoryClaims } from "../../../src/analysis/prove/inventory.js";
import { prove } from "../../../src/analysis/prove/prove.js";
import type { Claim } from "../../../src/ir/claim.js";
import type { Peer } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { read } from "../../parser/reading.js";

const closed = (selector: string) =>
  `---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {${selector}}, policyTypes: [Ingress, Egress]}}\n`;
const statefulSet = (replicas: number) =>
  `---\n{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop}, spec: {replicas: ${replicas}, template: {metadata: {labels: {app: db}}, spec: {}}}}\n`;
const pod = (spec: string) =>
  `---\n{apiVersion: v1, kind: Pod, metadata: {name: db-0, namespace: shop, labels: {app: db}}, spec: {${spec}}}\n`;

const DB: Peer = {
  kind: "pods",
  namespaces: { kind: "name", name: "shop", span: NO_SPAN },
  pods: { requirements: [{ key: "app", operator: "In", values: ["db"], span: NO_SPAN }], span: NO_SPAN },
  span: NO_SPAN,
};
const block = (text: string): Peer => ({
  kind: "block",
  cidr: { text, span: NO_SPAN },
  except: [],
  span: NO_SPAN,
});

function proved(text: string, kind: "canReach" | "cannotReach", to: Peer): string {
  const { policies, inventory } = read(text);
  const claim: Claim = { kind, from: [DB], to: [to], except: [], sentence: "", span: NO_SPAN };
  return prove(claim, policies, inventoryClaims(inventory)).kind;
}

const OUTSIDE = block("203.0.113.0/24");
const named = (name: string) => `matchLabels: {statefulset.kubernetes.io/pod-name: ${name}}`;

test("the pods of a StatefulSet have their names as labels, as many as there are replicas", () => {
  const first = closed(named("db-0"));
  expect(proved(first + statefulSet(2), "canReach", OUTSIDE)).toBe("broken");
  expect(proved(first + statefulSet(2), "cannotReach", OUTSIDE)).toBe("broken");
  expect(proved(first + statefulSet(1), "cannotReach", OUTSIDE)).toBe("holds");
  expect(proved(closed(named("db-7")) + statefulSet(2), "canReach", OUTSIDE)).toBe("holds");
});

test("the one pod of a StatefulSet does not talk to itself by policies, but two do", () => {
  const all = closed(named("db-0")) + statefulSet(1);
  expect(proved(all, "canReach", DB)).toBe("empty");
  expect(proved(closed(named("db-0")) + statefulSet(2), "cannotReach", DB)).toBe("holds");
});

test("a label of which only the key is known exists", () => {
  const exists = closed("matchExpressions: [{key: controller-revision-hash, operator: Exists}]");
  expect(proved(exists + statefulSet(2), "cannotReach", OUTSIDE)).toBe("holds");
  const missing = closed("matchExpressions: [{key: controller-revision-hash, operator: DoesNotExist}]");
  expect(proved(missing + statefulSet(2), "canReach", OUTSIDE)).toBe("holds");
});

test("a pod on the host network is no pod of a claim, and loopback no address of one", () => {
  expect(proved(closed("") + pod(""), "cannotReach", OUTSIDE)).toBe("holds");
  expect(proved(closed("") + pod("hostNetwork: true"), "cannotReach", OUTSIDE)).toBe("empty");
  expect(proved(closed("") + pod(""), "cannotReach", block("127.0.0.0/8"))).toBe("empty");
  expect(proved(closed("") + pod(""), "cannotReach", block("::/0"))).toBe("holds");
});
