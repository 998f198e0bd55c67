import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { networkPolicy, ofApp } from "../../test/lint/objects.js";
import { peerContainedInSibling } from "./rule.js";

const ofRules = (rules: string) =>
  networkPolicy(`podSelector: {}
ingress:
${rules}`);

async function peers(...list: string[]) {
  const text = ofRules(`- from:\n${list.map((peer) => `  - ${peer}\n`).join("")}`);
  return { text, ...(await lintFiles({ "a.yaml": text })) };
}

const WEB = ofApp("web");
const ADMIN = ofApp("admin");
const EITHER = "podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, admin] }] }";

test("peers that contain it together are both shown", async () => {
  const { diagnostics, project } = await peers(EITHER, WEB, ADMIN);
  expect(places({ diagnostics, project })).toEqual([
    "9 peer-contained-in-sibling",
    "10 peer-contained-in-sibling",
  ]);
  const together = await peers(WEB, EITHER.replace("web, admin", "admin, other"), EITHER);
  expect(places(together)).toEqual(["10 peer-contained-in-sibling"]);
  expect(together.diagnostics[0]!.message).toContain(
    "2 others of the rule together already cover everything it matches",
  );
});

test("of two equal peers the later one is found, once", async () => {
  expect(places(await peers(WEB, WEB))).toEqual(["9 peer-contained-in-sibling"]);
});

test("a peer that only overlaps another is not reported", async () => {
  const tier = "podSelector: { matchLabels: { tier: front } }";
  expect(places(await peers(WEB, tier, "ipBlock: { cidr: 0.0.0.0/0 }", 'ipBlock: { cidr: "::/0" }'))).toEqual(
    [],
  );
});

test("the same labels in another namespace are another peer", async () => {
  const other =
    "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } }, podSelector: {} }";
  expect(places(await peers("podSelector: {}", other))).toEqual([]);
});

test("an except makes the containing block not contain", async () => {
  const around = "ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }";
  expect(places(await peers(around, "ipBlock: { cidr: 10.1.2.0/24 }"))).toEqual([]);
  expect(places(await peers(around, "ipBlock: { cidr: 10.2.0.0/16 }"))).toEqual([
    "9 peer-contained-in-sibling",
  ]);
});

test("its fix removes the peer and is safe, unless a comment goes with it", async () => {
  const { diagnostics, text } = await peers("podSelector: {}", WEB);
  const { edits, safe } = diagnostics[0]!.fix!;
  const { span } = edits[0]!;
  expect(text.slice(0, span.start) + text.slice(span.end)).toBe(ofRules("- from:\n  - podSelector: {}\n"));
  expect(safe).toBe(true);
  expect((await peers("podSelector: {}", `${WEB} # the shop`)).diagnostics[0]!.fix!.safe).toBe(false);
});

test("a rule that is redundant as a whole is not taken apart", async () => {
  const text = ofRules(`- from: [{ podSelector: {} }]\n- from: [{ ${WEB} }, { ${WEB} }]`);
  expect(places(await lintFiles({ "a.yaml": text }))).toEqual(["8 redundant-rule"]);
  expect(places(await lintFiles({ "a.yaml": text }, [peerContainedInSibling]))).toEqual([]);
});

test("a policy without a namespace may be applied in another than default", async () => {
  const named = "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: default } }";
  const text = ofRules(`- from:\n  - podSelector: {}\n  - ${named}`).replace(", namespace: shop", "");
  expect(places(await lintFiles({ "a.yaml": text }, [peerContainedInSibling]))).toEqual([]);
});
