import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, ofApp } from "../../test/lint/objects.js";
import { redundantPolicy } from "./rule.js";

async function found(...specs: string[]): Promise<readonly string[]> {
  const policies = specs.map((spec, i) => networkPolicy(spec, { name: String.fromCharCode(97 + i) }));
  return finding(redundantPolicy)(...policies);
}

const ALL = "podSelector: {}";
const WEB = ofApp("web");
const NOT_WEB = "podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }";

test("a policy that isolates what others isolate and allows nothing more is found", async () => {
  expect(await found(`${ALL}, policyTypes: [Ingress]`, `${WEB}, policyTypes: [Ingress]`)).toEqual([
    "8 redundant-policy",
  ]);
});

test("of two equal policies the later one is found, once", async () => {
  expect(await found(`${ALL}, ingress: [{}]`, `${ALL}, ingress: [{}]`)).toEqual(["8 redundant-policy"]);
});

test("several policies that together isolate its pods make a policy redundant", async () => {
  const one = "ingress: [{ ports: [{ port: 80 }] }]";
  expect(await found(`${WEB}, ingress: [{}]`, `${NOT_WEB}, ingress: [{}]`, `${ALL}, ${one}`)).toEqual([
    "13 redundant-policy",
  ]);
});

test("the only one to isolate some pod is not redundant, though it allows nothing", async () => {
  expect(await found(`${WEB}, policyTypes: [Ingress]`, `${ALL}, policyTypes: [Ingress]`)).toEqual([
    "3 redundant-policy",
  ]);
  expect(await found(`${NOT_WEB}, policyTypes: [Ingress]`, `${WEB}, policyTypes: [Ingress]`)).toEqual([]);
});

test("a policy that adds an allow is not redundant", async () => {
  expect(
    await found(`${ALL}, policyTypes: [Ingress]`, `${WEB}, ingress: [{ ports: [{ port: 80 }] }]`),
  ).toEqual([]);
});

test("a policy that isolates one more direction is not redundant", async () => {
  expect(await found(`${ALL}, policyTypes: [Ingress]`, `${WEB}, policyTypes: [Ingress, Egress]`)).toEqual([]);
});

test("a policy alone is not redundant, even if it allows everything", async () => {
  expect(await found(`${ALL}, ingress: [{}]`)).toEqual([]);
});

test("only another default deny makes a default deny redundant", async () => {
  const dns = `${ALL}, policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }] }]`;
  const deny = `${ALL}, policyTypes: [Egress]`;
  expect(await found(deny, dns)).toEqual([]);
  expect(await found(deny, dns, `${WEB}, policyTypes: [Egress]`)).toEqual(["13 redundant-policy"]);
});

test("only those that decide in its place are named", async () => {
  const text = [
    networkPolicy(`${ALL}, policyTypes: [Egress]`, { name: "deny" }),
    networkPolicy(`${ALL}, policyTypes: [Egress], egress: [{}]`, { name: "any" }),
    networkPolicy(`${WEB}, policyTypes: [Egress], egress: [{ ports: [{ port: 80 }] }]`, { name: "web" }),
  ].join("---\n");
  const { diagnostics } = await lintFiles({ "a.yaml": text }, [redundantPolicy]);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "NetworkPolicy shop/web changes no verdict in any possible cluster: NetworkPolicy shop/any already decides everything it decides",
  ]);
});

test("a policy without a spec, which names one that is written elsewhere, is compared with none", async () => {
  const stub = (name: string) => networkPolicy("", { name }).replace(/^spec:[^]*/m, "");
  const files = {
    "a.yaml": [stub("a"), stub("b"), networkPolicy(`${ALL}, policyTypes: [Ingress]`, { name: "c" })].join(
      "---\n",
    ),
  };
  expect((await lintFiles(files, [redundantPolicy])).diagnostics).toEqual([]);
});
