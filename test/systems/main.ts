/** `npm run test:systems`: what a new user does, on bare systems. Arguments limit it, such as `-- trixie demo package`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { packedPackage } from "./packed_package.js";
import { clone, makeDemo, makeTest } from "./readme_commands.js";
import { Root } from "./root.js";
import type { Step } from "./steps.js";
import { Tally } from "./tally.js";
import { unable } from "./unable.js";

const SUITES = ["bookworm", "trixie"];
/** Users have these too, but debootstrap needs an archive of theirs, which a machine that has only Debian's cannot reach. */
const UNREACHED = ["Ubuntu 22.04", "Ubuntu 24.04"];
const PARTS = ["demo", "test", "package"];

const tally = new Tally();

function report(system: string, step: string, result: "passed" | "failed" | "skipped", more: string): void {
  tally.report(`${system.padEnd(12)}  ${step}`, result, more);
}

/** In turn; after one that failed, those that build on it fail too. */
async function runSteps(suite: string, steps: readonly Step[]): Promise<void> {
  let broken: string | undefined;
  for (const step of steps) {
    const start = performance.now();
    const seconds = () => `${((performance.now() - start) / 1000).toFixed(0)} s`;
    try {
      if (broken !== undefined) throw new Error(`not tried, after: ${broken}`);
      const found = await step.run();
      report(suite, step.name, "passed", [seconds(), found].filter(Boolean).join("  "));
    } catch (error) {
      broken ??= step.name;
      report(
        suite,
        step.name,
        "failed",
        `${seconds()}\n    ${(error as Error).message.replaceAll("\n", "\n    ")}`,
      );
    }
  }
}

async function inRoot(suite: string, purpose: string, steps: (root: Root) => readonly Step[]): Promise<void> {
  let root: Root | undefined;
  try {
    root = await Root.unpack(suite, purpose, work);
    await runSteps(suite, steps(root));
  } catch (error) {
    report(suite, "a bare root", "failed", (error as Error).message);
  } finally {
    root?.remove();
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((word) => !SUITES.includes(word) && !PARTS.includes(word));
if (unknown !== undefined) {
  process.stderr.write(`test:systems knows ${[...SUITES, ...PARTS].join(", ")}, not ${unknown}\n`);
  process.exit(2);
}
const chosen = (all: readonly string[]) => {
  const named = all.filter((word) => wanted.includes(word));
  return named.length > 0 ? named : all;
};
const parts = chosen(PARTS);
const work = join(packageRoot(), "build/systems");
mkdirSync(work, { recursive: true });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const reason = unable();
for (const suite of chosen(SUITES)) {
  if (reason !== undefined) {
    for (const part of parts) report(suite, part, "skipped", reason);
    continue;
  }
  if (parts.includes("demo") || parts.includes("test"))
    await inRoot(suite, "readme", (root) => {
      clone(root);
      return [
        ...(parts.includes("demo") ? [makeDemo(root)] : []),
        ...(parts.includes("test") ? [makeTest(root)] : []),
      ];
    });
  if (parts.includes("package")) await inRoot(suite, "package", (root) => packedPackage(root, work));
}
if (chosen(SUITES).length === SUITES.length)
  for (const system of UNREACHED)
    for (const part of parts) report(system, part, "skipped", "no archive of Ubuntu is reached from here");
tally.end();
