import { expect, test } from "vitest";
import { lintFiles, places } from "./lint_files.js";

const EMPTY_PEER = (before: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - ipBlock:
${before}            cidr: 10.1.2.3/24
`;

async function found(files: Record<string, string>): Promise<readonly string[]> {
  return places(await lintFiles(files));
}

test("a finding is found where nothing suppresses it", async () => {
  expect(await found({ "a.yaml": EMPTY_PEER("") })).toEqual(["11 cidr-host-bits"]);
});

test("a comment with a reason suppresses its rule on the next line only", async () => {
  const comment = "            # polc-disable-next-line cidr-host-bits -- the old router writes it so\n";
  expect(await found({ "a.yaml": EMPTY_PEER(comment) })).toEqual([]);
  const above = EMPTY_PEER("").replace(
    "    - from:",
    `    # polc-disable-next-line cidr-host-bits -- why\n    - from:`,
  );
  expect(await found({ "a.yaml": above })).toEqual(["9 unused-suppression", "12 cidr-host-bits"]);
});

test("comments stand together above one line, and CRLF ends them too", async () => {
  const comments =
    "            # polc-disable-next-line cidr-host-bits -- the old router writes it so\n            # 10.1.2.0 is the office\n";
  expect(await found({ "a.yaml": EMPTY_PEER(comments).replaceAll("\n", "\r\n") })).toEqual([]);
});

test("a comment for the file suppresses its rule everywhere in it", async () => {
  const text = EMPTY_PEER("");
  const file = `# polc-disable-file cidr-host-bits -- written by another tool\n${text}---\n${text.replace("name: web", "name: two")}`;
  expect((await found({ "a.yaml": file })).filter((each) => each.includes("cidr"))).toEqual([]);
});

test("what looks like a comment in a text of several lines is none", async () => {
  const text = EMPTY_PEER("");
  const noted = (style: string) =>
    text.replace(
      "spec:",
      `  annotations:\n    note: ${style}\n      # polc-disable-file cidr-host-bits -- no\n      "\nspec:`,
    );
  expect(await found({ "a.yaml": noted("|") })).toEqual(["15 cidr-host-bits"]);
  expect(await found({ "a.yaml": noted(">-\n      so") })).toEqual(["16 cidr-host-bits"]);
  expect(await found({ "a.yaml": noted('"a') })).toEqual(["15 cidr-host-bits"]);
  const after = noted("|").replace("spec:", "# polc-disable-file cidr-host-bits -- yes\nspec:");
  expect(await found({ "a.yaml": after })).toEqual([]);
});

test("without a reason, without a rule, or with a misspelt one, nothing is suppressed and it is said", async () => {
  const missing = "            # polc-disable-next-line cidr-host-bits\n";
  expect(await found({ "a.yaml": EMPTY_PEER(missing) })).toEqual([
    "11 invalid-suppression",
    "12 cidr-host-bits",
  ]);
  const unnamed = "            # polc-disable-next-line -- because\n";
  expect(await found({ "a.yaml": EMPTY_PEER(unnamed) })).toEqual([
    "11 invalid-suppression",
    "12 cidr-host-bits",
  ]);
  const { diagnostics } = await lintFiles({
    "a.yaml": EMPTY_PEER("            # polc-disable-next-line cidr-hostbits -- because\n"),
  });
  expect(diagnostics.map(({ help }) => help)).toContain("write cidr-host-bits");
});

test("in TypeScript the comment begins with two slashes", async () => {
  const policy = (comment: string) => `import { adminTier, allow, deny, everyPod, namespaces } from "polc";
export default adminTier("a", {
  priority: 1,
  rules: [
    deny(everyPod).to(everyPod),
${comment}    allow(namespaces({ env: "dev" })).to(everyPod),
  ],
});
`;
  expect(await found({ "a.policy.ts": policy("") })).toEqual(["6 shadowed-rule"]);
  const comment = "    // polc-disable-next-line shadowed-rule -- kept for the day when line 5 goes\n";
  expect(await found({ "a.policy.ts": policy(comment) })).toEqual([]);
});
