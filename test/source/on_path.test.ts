import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { pathOf } from "../../src/source/on_path.js";

test("a program is found on PATH by its name, on Windows only as an .exe", () => {
  const folder = mkdtempSync(join(tmpdir(), "polc-on-path-"));
  try {
    writeFileSync(join(folder, "git.exe"), "", { mode: 0o755 });
    writeFileSync(join(folder, "kubectl"), "", { mode: 0o755 });
    vi.stubEnv("PATH", folder);
    expect(pathOf("git", true)).toBe(join(folder, "git.exe"));
    expect(pathOf("git", false)).toBeUndefined();
    expect(pathOf("git.exe", true)).toBe(join(folder, "git.exe"));
    expect(pathOf("kubectl", true)).toBeUndefined();
    expect(pathOf("kubectl", false)).toBe(join(folder, "kubectl"));
    expect(pathOf(join(folder, "git"), true)).toBe(join(folder, "git.exe"));
    expect(pathOf("kustomize", true)).toBeUndefined();
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
