import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as lint from "../../src/cli/lint/lint.js";
import { runCommand } from "../cli/run_command.js";

const TEXT = `\ufeffapiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from: [{ ipBlock: { cidr: 10.1.2.3/8 } }]
`;
const FIXED = TEXT.replace("10.1.2.3/8", "10.0.0.0/8");

let folder: string;
const read = () => readFileSync(join(folder, "a.yaml"), "utf8");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-changes-"));
  writeFileSync(join(folder, "a.yaml"), TEXT);
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("--fix-dry-run shows a patch and changes nothing; --fix makes it and keeps a byte order mark", async () => {
  const shown = await runCommand(lint, "--fix-dry-run");
  expect(shown.stdout).toContain(
    "-    - from: [{ ipBlock: { cidr: 10.1.2.3/8 } }]\n+    - from: [{ ipBlock: { cidr: 10.0.0.0/8 } }]",
  );
  expect(read()).toBe(TEXT);
  const made = await runCommand(lint, "--fix");
  expect(made.stderr).toContain("fixed 1 finding in 1 file");
  expect(made.code).toBe(0);
  expect(read()).toBe(FIXED);
  expect((await runCommand(lint, "--fix")).stderr).toContain("fixed 0 findings");
});

test("the patch of a file with CRLF applies", async () => {
  const crlf = (text: string) => text.replaceAll("\n", "\r\n");
  writeFileSync(join(folder, "a.yaml"), crlf(TEXT));
  const { stdout } = await runCommand(lint, "--fix-dry-run");
  execFileSync("git", ["apply", "-"], { cwd: folder, input: stdout });
  expect(read()).toBe(crlf(FIXED));
});

test("a baseline suppresses what was there, reports what is new, and is pruned when told", async () => {
  expect((await runCommand(lint)).code).toBe(1);
  const suppressed = await runCommand(lint, "--suppress-all");
  expect([suppressed.code, suppressed.stderr]).toEqual([
    0,
    "polc lint: suppressed 1 finding in polc-suppressions.json\n",
  ]);
  expect((await runCommand(lint)).code).toBe(0);
  writeFileSync(
    join(folder, "b.yaml"),
    TEXT.replace("name: db", "name: b").replace("10.1.2.3/8", "10.9.9.9/9"),
  );
  expect((await runCommand(lint, "--format", "concise")).stdout).toContain("b.yaml:7:");
  rmSync(join(folder, "b.yaml"));
  writeFileSync(join(folder, "a.yaml"), FIXED);
  expect((await runCommand(lint)).stderr).toContain("--prune-suppressions");
  await runCommand(lint, "--prune-suppressions");
  expect(existsSync(join(folder, "polc-suppressions.json"))).toBe(false);
});

test("a broken baseline is an error, not an empty one", async () => {
  writeFileSync(join(folder, "polc-suppressions.json"), "{");
  const { code, stderr } = await runCommand(lint);
  expect([code, stderr]).toEqual([2, "polc lint: polc-suppressions.json is not JSON\n"]);
});
