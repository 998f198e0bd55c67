import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { networkPolicy } from "../../test/lint/objects.js";
import { cidrHostBits } from "./rule.js";

async function blocks(...cidrs: string[]) {
  const peers = cidrs
    .map(
      (cidr) => `
  - ipBlock: { cidr: "${cidr}" }`,
    )
    .join("");
  const text = networkPolicy(`podSelector: {}
ingress:
- from:${peers}`);
  return { text, ...(await lintFiles({ "a.yaml": text }, [cidrHostBits])) };
}

test("bits beyond the prefix are found in blocks of both families, with the block that is meant", async () => {
  const linted = await blocks("10.0.0.5/8", "10.0.0.0/8", "2001:db8::1/64", "192.0.2.7/32");
  expect(places(linted)).toEqual(["8 cidr-host-bits", "10 cidr-host-bits"]);
  expect(linted.diagnostics.map(({ help }) => help)).toEqual([
    "write 10.0.0.0/8, which is what it means",
    "write 2001:db8::/64, which is what it means",
  ]);
});

test("its fix replaces the block and nothing else", async () => {
  const { diagnostics, text } = await blocks("10.0.0.5/8");
  const { span, text: replacement } = diagnostics[0]!.fix!.edits[0]!;
  expect(text.slice(0, span.start) + replacement + text.slice(span.end)).toBe(
    text.replace("10.0.0.5/8", "10.0.0.0/8"),
  );
});
