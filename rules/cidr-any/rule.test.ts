import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { allowAnyPeer } from "../allow-any-peer/rule.js";
import { networkPolicy } from "../../test/lint/objects.js";
import { cidrAny } from "./rule.js";

async function messages(rules: string): Promise<readonly string[]> {
  const text = networkPolicy(`podSelector: {}, policyTypes: [Ingress, Egress], ${rules}`);
  const { diagnostics } = await lintFiles({ "a.yaml": text }, [allowAnyPeer, cidrAny]);
  return diagnostics.map(({ rule, message }) => `${rule}: ${message}`);
}

test("both families in one rule are one finding", async () => {
  const both = 'ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: "::/0" } }] }]';
  expect(await messages(both)).toEqual([
    "cidr-any: allows every address (0.0.0.0/0 and ::/0), pod addresses included",
  ]);
});

test("a block with an exception, or of a part of the addresses, is not found", async () => {
  const excepted = "{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }";
  expect(await messages(`egress: [{ to: [${excepted}, { ipBlock: { cidr: 0.0.0.0/1 } }] }]`)).toEqual([]);
});

test("a rule without peers is allow-any-peer, in its direction, and one that selects all pods is nothing", async () => {
  expect(await messages("ingress: [{}], egress: [{ to: [{ namespaceSelector: {} }] }]")).toEqual([
    "allow-any-peer: allows connections from every pod and every address",
  ]);
  expect(await messages("egress: [{ ports: [{ port: 443 }] }]")).toEqual([
    "allow-any-peer: allows connections to every pod and every address",
  ]);
});
