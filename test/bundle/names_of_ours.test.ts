/** Namespaces may be called like anything that polc itself uses: no name of a user meets one of ours. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBundle } from "../../src/bundle/read_bundle.js";
import { findCompiler } from "../../src/bundle/compiler.js";
import { verifyBundle } from "../../src/verify/verify.js";
import { folder, polcBuild } from "./building.js";

const TEMPLATES = "bpf-templates";

/** Policy's templates without their comments, by file name: those of services are in folders of their own. */
const templates = new Map(
  readdirSync(TEMPLATES, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [
      name,
      readFileSync(join(TEMPLATES, name), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""),
    ]),
);
const text = [...templates.values()].join("\n");

/** As a namespace could be called: DNS labels, `_` written as `-`. */
function labels(words: Iterable<string>): string[] {
  const written = [...words].map((word) => word.toLowerCase().replaceAll("_", "-"));
  return [...new Set(written)].filter((word) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(word)).sort();
}

const fileNames = labels(
  ["manifest.json", "ir.json", "shell.bpf.o", ...templates.keys(), TEMPLATES].flatMap((file) =>
    [file, ...file.split(".")].filter((part) => !part.includes(".")),
  ),
);
const sections = labels([...text.matchAll(/SEC\("([^"]+)"\)/g)].flatMap(([, name]) => name!.split(".")));
const maps = labels(
  [...text.matchAll(/^\s*(?:\} (\w+) SEC\("\.maps"\)|X\((\w+), )/gm)].map(
    ([, own, listed]) => (own ?? listed)!,
  ),
);
const programs = labels([...text.matchAll(/SEC\("tc"\) int (\w+)/g)].map(([, name]) => name!));
const words = labels([...text.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word));

function policyOf(namespace: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: "${namespace}" }
spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }
`;
}

function policiesOf(namespaces: readonly string[]): string {
  return namespaces.map(policyOf).join("");
}

test("the names below are those that stand in the templates", () => {
  expect(fileNames).toEqual(expect.arrayContaining(["policy", "shell", "packet", "manifest", "bpf", "c"]));
  expect(sections).toEqual(["layout", "license", "maps", "rodata", "specialised", "subject", "tc"]);
  expect(maps).toEqual(expect.arrayContaining(["control", "counters", "events", "peers", "rows"]));
  expect(programs).toEqual(["from-pod", "to-pod"]);
  expect(words).toEqual(expect.arrayContaining(["int", "static", "verdict", "decide-egress", "sec"]));
});

test.runIf(process.getuid?.() === 0)(
  "namespaces called like files, sections, maps and programs build, and their programs run",
  { timeout: 240_000 },
  async () => {
    const names = labels([...fileNames, ...sections, ...maps, ...programs]);
    const here = folder({ "policies.yaml": policiesOf(names) });
    const { code, stderr } = polcBuild(here, ["policies.yaml", "--no-verify", "--out", "bundle"]);
    expect([code, stderr]).toEqual([0, ""]);
    const bundle = await readBundle(join(here, "bundle"));
    if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
    expect(bundle.manifest.sets.map(({ name }) => name)).toEqual(names);
    const reports = await verifyBundle(bundle, { packetLimit: 100 });
    expect(reports.map(({ set }) => set)).toEqual(names);
    expect(reports.filter(({ mismatches }) => mismatches.length > 0)).toEqual([]);
    expect(reports.filter(({ packets, sameAs }) => packets === 0 && sameAs === undefined)).toEqual([]);
  },
);

/** A set of files as large as this one takes minutes to compile; what a name could break shows before code is made. */
async function clangThatOnlyChecks(directory: string): Promise<string> {
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const path = join(directory, "clang");
  const script = `#!/bin/sh
[ "$1" = --version ] && exec ${compiler.clang} --version
for object; do :; done
${compiler.clang} "$@" -fsyntax-only -Werror && : > "$object"
`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

test(
  "namespaces called like any word of the templates' C have correct code, all side by side",
  { timeout: 240_000 },
  async () => {
    expect(words.length).toBeGreaterThan(400);
    const here = folder({ "policies.yaml": policiesOf(words) });
    const clang = await clangThatOnlyChecks(join(here, "bin"));
    const built = polcBuild(here, ["policies.yaml", "--no-verify"], { CLANG: clang, LLVM_STRIP: "true" });
    expect([built.code, built.stderr]).toEqual([0, ""]);
    expect(built.stdout).toContain(`${words.length} policy sets`);
  },
);
