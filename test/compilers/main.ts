/**
 * `npm run test:compilers`: what every clang that Debian has makes of the examples, verified in this kernel. Each compiles in a
 * root of its release, with that release's headers. Arguments limit it, such as `-- sid clang-19`, and `quick` takes the check of
 * `polc build` for that of `polc verify`.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBundle } from "../../src/bundle/read_bundle.js";
import { packageRoot } from "../../src/source/package_root.js";
import type { SetReport } from "../../src/verify/verify.js";
import { PACKET_LIMIT, verifyBundle } from "../../src/verify/verify.js";
import { Root } from "../systems/root.js";
import { expect, lastLines } from "../systems/steps.js";
import { Tally } from "../systems/tally.js";
import { unable } from "../systems/unable.js";
import { MANY_RULES } from "./many_rules.js";
import { NO_RULES } from "./no_rules.js";

const SUITES = ["bookworm", "trixie", "sid"];
/** What polc takes, up to the newest that there was when this was written; newer ones are found. */
const OLDEST = 13;
const KNOWN = [13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

const checkout = packageRoot();
const work = join(checkout, "build/compilers");
const roots = join(checkout, "build/roots");
const tally = new Tally();
const seen = new Set<number>();

/** Names and policies of the bundles that each compiler makes. */
function inputs(): ReadonlyMap<string, string> {
  const written = Object.entries({ "many-rules": MANY_RULES, "no-rules": NO_RULES }).map(([name, text]) => {
    const path = join(work, `${name}.yaml`);
    writeFileSync(path, text);
    return [name, path] as const;
  });
  const examples = readdirSync(join(checkout, "examples")).map((name) => [name, `examples/${name}`] as const);
  return new Map([...examples, ...written]);
}

/** The versions that this release has. */
async function versionsIn(root: Root): Promise<readonly number[]> {
  const { code, output } = await root.run("apt-get update -qq && apt-cache pkgnames clang-");
  expect(code === 0, lastLines(output));
  const versions = [...output.matchAll(/^clang-(\d+)$/gm)].map(([, version]) => Number(version));
  return versions.filter((version) => version >= OLDEST).sort((a, b) => a - b);
}

async function install(root: Root, packages: readonly string[]): Promise<void> {
  const quiet = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends";
  const { code, output } = await root.run(`${quiet} ${packages.join(" ")} >/dev/null`);
  expect(code === 0, lastLines(output));
}

async function build(root: Root, version: number, input: string, out: string): Promise<void> {
  const polc = `'${process.execPath}' dist/src/cli/main.js build --no-verify --out '${out}' '${input}'`;
  const { code, output } = await root.run(`cd '${checkout}' && CLANG=clang-${version} ${polc}`);
  expect(code === 0, lastLines(output));
}

async function verify(out: string): Promise<{ compiler: string; reports: readonly SetReport[] }> {
  const bundle = await readBundle(out);
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
  const options = quick ? { packetLimit: 1000, largestOnly: true } : { packetLimit: PACKET_LIMIT };
  const reports = await verifyBundle(bundle, options);
  return { compiler: bundle.manifest.compiler, reports };
}

async function tryClang(suite: string, root: Root, version: number): Promise<void> {
  const what = `${suite.padEnd(8)}  clang-${version}`;
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(0)} s`;
  try {
    await install(root, [`clang-${version}`, `llvm-${version}`]);
    const reports: SetReport[] = [];
    let compiler = "";
    for (const [name, input] of inputs()) {
      const out = join(work, "bundles", `${suite}-${version}-${name}`);
      await build(root, version, input, out);
      const verified = await verify(out);
      compiler = verified.compiler;
      reports.push(...verified.reports);
    }
    const sum = (of: (report: SetReport) => number) => reports.reduce((total, each) => total + of(each), 0);
    const mismatches = sum((report) => report.mismatches.length);
    const instructions = Math.max(...reports.map((report) => report.instructions ?? 0));
    const found =
      `${compiler}: ${sum(({ packets }) => packets)} packets, ${mismatches} mismatches, ` +
      `${instructions > 0 ? `at most ${instructions}` : "an unknown number of"} instructions verified`;
    tally.report(what, mismatches === 0 ? "passed" : "failed", `${seconds()}  ${found}`);
  } catch (error) {
    tally.report(what, "failed", `${seconds()}\n    ${(error as Error).message.replaceAll("\n", "\n    ")}`);
  }
}

async function trySuite(suite: string, wanted: (version: number) => boolean): Promise<void> {
  try {
    const root = await Root.kept(suite, "clangs", roots, [checkout, process.execPath]);
    const versions = await versionsIn(root);
    for (const version of versions) seen.add(version);
    await install(root, ["libbpf-dev", "linux-libc-dev"]);
    for (const version of versions.filter(wanted)) await tryClang(suite, root, version);
  } catch (error) {
    tally.report(`${suite.padEnd(8)}  clangs`, "failed", (error as Error).message);
  }
}

const args = process.argv.slice(2);
const quick = args.includes("quick");
const unknown = args.find((word) => !SUITES.includes(word) && !/^(clang-\d+|quick)$/.test(word));
if (unknown !== undefined) {
  process.stderr.write(`test:compilers knows ${SUITES.join(", ")}, clang-N and quick, not ${unknown}\n`);
  process.exit(2);
}
const suites = args.some((word) => SUITES.includes(word))
  ? SUITES.filter((suite) => args.includes(suite))
  : SUITES;
const named = args.filter((word) => word.startsWith("clang-"));
const wanted = (version: number) => named.length === 0 || named.includes(`clang-${version}`);
mkdirSync(join(work, "bundles"), { recursive: true });
mkdirSync(roots, { recursive: true });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const reason = unable();
for (const suite of suites)
  if (reason !== undefined) tally.report(`${suite.padEnd(8)}  clangs`, "skipped", reason);
  else await trySuite(suite, wanted);
if (reason === undefined && suites.length === SUITES.length)
  for (const version of KNOWN.filter((each) => wanted(each) && !seen.has(each)))
    tally.report(`${"-".padEnd(8)}  clang-${version}`, "skipped", "no release here has it");
rmSync(join(work, "bundles"), { recursive: true, force: true });
tally.end();
