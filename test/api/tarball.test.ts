import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "polc-tarball-"));
const app = join(folder, "app");

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd: app, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The packed package in `app/node_modules/polc`; its dependencies are found one folder further up. */
beforeAll(() => {
  expect(existsSync("dist/src/index.js"), "polc must be built: npm run build").toBe(true);
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  mkdirSync(join(app, "node_modules/polc"), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const tarball = join(folder, "polc-0.1.0.tgz");
  execFileSync("tar", ["-xzf", tarball, "-C", join(app, "node_modules/polc"), "--strip-components=1"]);
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(app, "db.yaml"),
    `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from: [{ ipBlock: { cidr: 10.1.2.3/8 } }]
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a program that imports the packed package type-checks, and runs", () => {
  writeFileSync(
    join(app, "use.ts"),
    `import { lint, parse, type LintFinding, type ParsedProject } from "polc";
const project: ParsedProject = await parse(["db.yaml"]);
const found: readonly LintFinding[] = await lint(project, { preset: "strict" });
console.log(found.map(({ rule, start }) => \`\${rule}:\${start?.line}\`).join());
`,
  );
  run(
    process.execPath,
    resolve("node_modules/typescript/bin/tsc"),
    ...["--target", "es2022", "--module", "nodenext", "--strict", "--types", "node"],
    ...["--typeRoots", resolve("node_modules/@types"), "use.ts"],
  );
  expect(run(process.execPath, "use.js")).toBe("cidr-host-bits:7\n");
});

test("its command lints, and shows a rule's page", () => {
  const polc = join(app, "node_modules/polc/dist/src/cli/main.js");
  const linted = spawnSync(process.execPath, [polc, "lint", "db.yaml"], { cwd: app, encoding: "utf8" });
  expect([linted.status, linted.stdout]).toEqual([1, expect.stringContaining("cidr-host-bits")]);
  expect(run(process.execPath, polc, "rules", "cidr-host-bits")).toContain("cidr-host-bits");
});
