/**
 * `npm run test:kernels`: the examples' programs in the kernels that Debian's releases have, each booted in an emulator. Arguments
 * limit it, such as `-- trixie`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onPath } from "../../src/source/on_path.js";
import { packageRoot } from "../../src/source/package_root.js";
import { must, Root } from "../systems/root.js";
import { expect, lastLines } from "../systems/steps.js";
import { Tally } from "../systems/tally.js";
import { unable } from "../systems/unable.js";
import { makeImage } from "./image.js";

const SUITES = ["bookworm", "trixie", "sid"];
const PACKAGES = { "qemu-system-x86_64": "qemu-system-x86", cpio: "cpio" };
/** An emulated processor takes a minute to boot, and some more for each example. */
const TIMEOUT_MS = 1_200_000;

const checkout = packageRoot();
const work = join(checkout, "build/kernels");
const roots = join(checkout, "build/roots");
const tally = new Tally();

function unableToEmulate(): string | undefined {
  if (process.arch !== "x64") return "only x86-64 is emulated";
  const reason = unable();
  if (reason !== undefined) return reason;
  for (const [tool, name] of Object.entries(PACKAGES))
    if (
      !onPath(tool) &&
      spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name]).status !== 0
    )
      return `it needs ${name}`;
  return undefined;
}

/** Every example, as the clang on PATH compiles it. */
function buildExamples(bundles: string): void {
  mkdirSync(bundles, { recursive: true });
  for (const name of readdirSync(join(checkout, "examples")))
    must(
      process.execPath,
      ["dist/src/cli/main.js", "build", `examples/${name}`, "--no-verify", "--out", join(bundles, name)],
      checkout,
    );
}

/** Since Linux 7.2 the kernel is in a package of its own, which the one of before depends on. */
const FETCH = `apt-get update -qq &&
depends() { apt-cache depends "$1" | sed -n "s/.*Depends: \\($2-[0-9].*\\)/\\1/p"; }
image=$(depends linux-image-amd64 linux-image) &&
apt-get download -qq -o APT::Sandbox::User=root $image $(depends $image linux-binary) &&
for package in *.deb; do dpkg -x $package . || exit; done`;

/** The path of this release's kernel, unpacked beside the others. */
async function kernelOf(suite: string): Promise<string> {
  const folder = join(work, `${suite}-kernel`);
  const unpacked = () =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) =>
          /(^|\/)vmlinuz[^/]*$/.test(path),
        )
      : undefined;
  if (unpacked() === undefined) {
    mkdirSync(folder, { recursive: true });
    const root = await Root.kept(suite, "packages", roots, [folder]);
    const { code, output } = await root.run(`cd '${folder}' && ${FETCH}`);
    expect(code === 0, lastLines(output));
  }
  const image = unpacked();
  expect(image !== undefined, "its packages have no kernel");
  return join(folder, image);
}

function boot(kernel: string, image: string): string {
  const machine = ["-machine", "accel=tcg,vmport=off", "-cpu", "max", "-m", "3G", "-nographic", "-no-reboot"];
  const system = ["-kernel", kernel, "-initrd", image, "-append", "console=ttyS0 panic=-1 loglevel=1"];
  const { stdout } = spawnSync("qemu-system-x86_64", [...machine, ...system], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    maxBuffer: 1 << 26,
  });
  return stdout;
}

interface Answer {
  readonly folder: string;
  readonly release: string;
  readonly packets: number;
  readonly problems: readonly string[];
}

function answersIn(console: string): readonly Answer[] {
  return [...console.matchAll(/^\{"folder".*\}/gm)].map(([line]) => JSON.parse(line) as Answer);
}

async function tryKernel(suite: string, image: string, examples: number): Promise<void> {
  const start = performance.now();
  try {
    const output = boot(await kernelOf(suite), image);
    writeFileSync(join(work, `${suite}.log`), output);
    const answers = answersIn(output);
    expect(
      answers.length === examples,
      `${answers.length} of ${examples} bundles answered:\n${lastLines(output)}`,
    );
    const problems = answers.flatMap((answer) =>
      answer.problems.map((problem) => `${answer.folder}: ${problem}`),
    );
    expect(problems.length === 0, problems.join("\n"));
    const packets = answers.reduce((sum, answer) => sum + answer.packets, 0);
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    tally.report(
      `${suite.padEnd(8)}  Linux ${answers[0]!.release}`,
      "passed",
      `${seconds} s  ${answers.length} bundles load, ${packets} packets, 0 mismatches`,
    );
  } catch (error) {
    tally.report(`${suite.padEnd(8)}  kernel`, "failed", (error as Error).message);
  }
}

const args = process.argv.slice(2);
const unknown = args.find((word) => !SUITES.includes(word));
if (unknown !== undefined) {
  process.stderr.write(`test:kernels knows ${SUITES.join(", ")}, not ${unknown}\n`);
  process.exit(2);
}
const suites = args.length > 0 ? SUITES.filter((suite) => args.includes(suite)) : SUITES;
mkdirSync(work, { recursive: true });
mkdirSync(roots, { recursive: true });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const reason = unableToEmulate();
if (reason !== undefined) {
  for (const suite of suites) tally.report(`${suite.padEnd(8)}  kernel`, "skipped", reason);
} else {
  const folder = mkdtempSync(join(work, "image-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  buildExamples(join(folder, "root/bundles"));
  makeImage(join(folder, "root"), join(folder, "image.gz"));
  const examples = readdirSync(join(folder, "root/bundles")).length;
  for (const suite of suites) await tryKernel(suite, join(folder, "image.gz"), examples);
}
tally.end();
