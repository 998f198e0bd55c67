/** `polc test --world inventory`: what is known of the pods that the files describe. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as testCommand from "../../../src/cli/test/test.js";
import { runCommand } from "../run_command.js";

/** The outcomes in the inventory of these files, and the notes. */
async function inInventory(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const own = mkdtempSync(join(tmpdir(), "polc-test-inventory-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  const { stdout } = await runCommand(testCommand, "--world", "inventory", own);
  rmSync(own, { recursive: true, force: true });
  return stdout.split("\n").filter((line) => /^ {2}(holds|broken|empty) |^note: /.test(line));
}

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { env: prod } } }] }] }
`;
const CLAIM = `import { check, claims, pods } from "polc";
const db = pods({ app: "db" }, { namespace: "shop" });
export default claims(check(db).cannotReach(db));
`;

test("in the inventory, it is said where policies ask for labels of a namespace that no file describes", async () => {
  const files = {
    "a.yaml": POLICY,
    "b.yaml": `apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop, labels: { app: db } }
spec: { containers: [] }
`,
    "c.claims.ts": CLAIM,
  };
  expect(await inInventory(files)).toEqual([
    expect.stringMatching(/^ {2}empty/),
    "note: no file describes namespace shop, so its labels are unknown: rules see only the name",
  ]);
  const described = { ...files, "d.yaml": "{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }" };
  expect(await inInventory(described)).toEqual([expect.stringMatching(/^ {2}empty/)]);
});
