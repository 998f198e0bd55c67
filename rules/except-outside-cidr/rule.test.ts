import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { networkPolicy } from "../../test/lint/objects.js";
import { exceptOutsideCidr } from "./rule.js";

async function helpFor(cidr: string, except: string): Promise<readonly (string | undefined)[]> {
  const block = `ipBlock: { cidr: "${cidr}", except: ["${except}"] }`;
  const text = networkPolicy(`podSelector: {}, ingress: [{ from: [{ ${block} }] }]`);
  const { diagnostics } = await lintFiles({ "a.yaml": text }, [exceptOutsideCidr]);
  expect(diagnostics.every(({ rule }) => rule === "except-outside-cidr")).toBe(true);
  return diagnostics.map(({ help }) => help);
}

test("an except beside its cidr, around it or of the other family is found", async () => {
  const help = ["write a block inside 10.0.0.0/16, or remove it"];
  expect(await helpFor("10.0.0.0/16", "10.1.0.0/24")).toEqual(help);
  expect(await helpFor("10.0.0.0/16", "10.0.0.0/8")).toEqual(help);
  expect(await helpFor("10.0.0.0/16", "2001:db8::/64")).toEqual(help);
});

test("an except that is the whole cidr is found, and the peer is what to remove", async () => {
  expect(await helpFor("10.0.0.0/16", "10.0.0.0/16")).toEqual([
    "remove the peer: an except that is the whole cidr leaves nothing",
  ]);
});

test("the first and the last block inside the cidr are valid", async () => {
  expect(await helpFor("10.0.0.0/16", "10.0.0.0/17")).toEqual([]);
  expect(await helpFor("10.0.0.0/16", "10.0.255.255/32")).toEqual([]);
});
