/**
 * What the oldest and the newest clang of this system make of the examples loads into this kernel. scripts/setup-tests fetches
 * both; `npm run test:compilers` tries all that there are.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { MANY_RULES } from "../compilers/many_rules.js";
import { NO_RULES } from "../compilers/no_rules.js";
import { folder, polcBuild } from "./building.js";

const CLANGS = resolve("build/clangs/bin");
const EXAMPLES = readdirSync("examples");

function fetched(): readonly number[] {
  try {
    const names = readdirSync(CLANGS).flatMap((name) => /^clang-(\d+)$/.exec(name)?.[1] ?? []);
    return names.map(Number).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

const versions = fetched();

const asRoot = (version: number | undefined) =>
  test.skipIf(version === undefined || process.getuid?.() !== 0);

for (const [which, version] of [
  ["oldest", versions[0]],
  ["newest", versions.at(-1)],
] as const)
  asRoot(version)(
    `what the ${which} clang here, ${version ?? "not fetched"}, makes of the examples has the policies' verdicts in this kernel`,
    { timeout: 240_000 },
    () => {
      const env = {
        CLANG: join(CLANGS, `clang-${version}`),
        LLVM_STRIP: join(CLANGS, `llvm-strip-${version}`),
      };
      const here = folder({ "many.yaml": MANY_RULES, "none.yaml": NO_RULES });
      for (const policies of [
        join(here, "many.yaml"),
        join(here, "none.yaml"),
        ...EXAMPLES.map((name) => resolve("examples", name)),
      ]) {
        const { code, stdout, stderr } = polcBuild(
          resolve("."),
          [policies, "--out", join(here, "bundle"), "--verify", "--quiet"],
          env,
        );
        expect([code, stderr]).toEqual([0, ""]);
        expect(stdout).toContain(`clang version ${version}.`);
        expect(stdout.includes("(1 by table)")).toBe(policies.endsWith("many.yaml"));
        expect(stdout).toMatch(/^verified: .* judge [1-9]\d* packets/m);
      }
    },
  );
