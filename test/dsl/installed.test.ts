import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { makeProject } from "./project.js";

const RUN = `
const { parseTypeScriptFiles } = await import(process.argv[2]);
const [root, cacheDir] = process.argv.slice(3);
const { parsed } = await parseTypeScriptFiles([root + "/p.policy.ts"], { root, cwd: root, cacheDir });
console.log(JSON.stringify([parsed.policies.map((policy) => policy.name), parsed.diagnostics.map(({ rule }) => rule)]));
`;

/** The files of the TypeScript front end as an installed polc has them. */
function build(folder: string): void {
  const parsed = ts.getParsedCommandLineOfConfigFile(
    "tsconfig.json",
    { outDir: join(folder, "dist"), noCheck: true },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => expect.fail(String(diagnostic.messageText)),
    },
  )!;
  const roots = [
    "parse",
    "compile",
    "sandbox/sandbox_worker",
    "sandbox/guest/lockdown",
    "sandbox/guest/collect",
  ];
  const files = roots.map((name) => resolve(`src/parser/typescript/${name}.ts`));
  ts.createProgram([...files, resolve("src/index.ts")], parsed.options).emit();
  cpSync("package.json", join(folder, "package.json"));
}

test("an installed polc reads policy files, and from its cache without TypeScript and QuickJS", () => {
  const folder = mkdtempSync(join(tmpdir(), "polc-installed-"));
  const root = makeProject({
    "p.policy.ts": `import { pods, policy } from "polc";
export default policy("p", { isolate: [pods({}, { namespace: "x" })], rules: [] });`,
  });
  try {
    build(folder);
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "run.mjs"), RUN);
    const cacheDir = join(folder, "cache");
    const parse = join(folder, "dist/src/parser/typescript/parse.js");
    const run = () =>
      execFileSync(process.execPath, [join(folder, "run.mjs"), parse, root, cacheDir], {
        encoding: "utf8",
        stdio: "pipe",
      });
    expect(run()).toBe('[["p-0"],[]]\n');
    expect(readdirSync(cacheDir)).toHaveLength(1);
    rmSync(join(folder, "node_modules"));
    expect(run()).toBe('[["p-0"],[]]\n');
    rmSync(cacheDir, { recursive: true });
    expect(run).toThrow(/Cannot find (module|package)/);
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(root, { recursive: true });
  }
});
