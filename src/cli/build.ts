import type { Command } from "commander";
import { Option } from "commander";
import type { Failure } from "../agent/failure.js";
import type { BuildOptions, Bundle } from "../bundle/bundle.js";
import type { Project } from "../parser/project.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { EXIT } from "./exit.js";

interface BuildCommandOptions {
  readonly out: string;
  readonly emit?: "ir" | "c";
  readonly verify?: boolean;
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .option("-o, --out <dir>", "where the bundle goes; a bundle that is there is replaced", "polc-out")
    .addOption(
      new Option("--emit <what>", "print the IR as JSON or the generated C, and build nothing").choices([
        "ir",
        "c",
      ]),
    )
    .option(
      "--verify",
      "build nothing if it cannot be verified here; the default is to verify where it can be",
    )
    .option("--no-verify", "do not verify")
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
Needs clang 13 or later and llvm-strip, the newest on PATH; CLANG and LLVM_STRIP name other ones.

As root on Linux 6.1 or later it verifies what it built: each policy set's programs for the pod that most policies select are
loaded into this kernel, and judge a sample of packets. polc verify does it for all pods and packets.

Exit: 0 built, 1 errors in the policies, 2 usage, no files, no compiler, or not verified. Unless it is 0, --out stays as it was.`,
    )
    .action(run);
}

async function run(paths: readonly string[], options: BuildCommandOptions): Promise<void> {
  const started = performance.now();
  const { loadProject } = await import("../parser/project.js");
  const project = await loadProject(paths);
  const errors = project.diagnostics.filter(({ severity, compiles }) => severity === "error" && !compiles);
  if (errors.length > 0) return report(errors, project, project.files === 0 ? EXIT.usage : EXIT.findings);
  if (project.files === 0) {
    const { printable } = await import("../source/printable.js");
    process.stderr.write(`polc build: no policy files in ${printable(paths.join(" "))}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  if (options.emit) return emit(options.emit, project);
  const [{ buildBundle }, { printable }, verification] = await Promise.all([
    import("../bundle/bundle.js"),
    import("../source/printable.js"),
    verificationFor(options),
  ]);
  if (verification.refused !== undefined) {
    const { describeFailure } = await import("../agent/failure.js");
    process.stderr.write(`polc build --verify: ${describeFailure(verification.refused)}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  const { check } = verification;
  const bundle = await buildBundle(project.policies, project.sources, options.out, {
    onProgress: progress("compiling"),
    ...(check && { check }),
  });
  if (isProblems(bundle)) return report(bundle, project, EXIT.usage);
  const lines = [await summary(bundle, performance.now() - started), ...verification.lines()];
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
}

interface Verification {
  /** Why there is nothing to build. */
  readonly refused?: Failure;
  readonly check?: BuildOptions["check"];
  /** What there is to say of it when the bundle is built. */
  lines(): readonly string[];
}

async function verificationFor({ verify, out }: BuildCommandOptions): Promise<Verification> {
  if (verify === false) return { lines: () => [] };
  const { cannotLoad, KERNEL_FLOOR } = await import("../agent/can_load.js");
  const reason = await cannotLoad({ build: verify === true });
  if (reason) {
    const later = `polc verify ${out} does it, as root on Linux ${KERNEL_FLOOR} or later`;
    const lines = () => [`not verified: ${reason.error} (${later})`];
    return verify ? { refused: reason, lines } : { lines };
  }
  const { verifyBuild } = await import("../verify/verify_build.js");
  let packets = 0;
  return {
    check: async (bundle) => {
      const show = progress("verifying");
      const found = await verifyBuild(bundle, (_set, done, total) => show(done, total));
      show(1, 1);
      packets = found.packets;
      return found.problems;
    },
    lines: () => [
      `verified: the programs load into this kernel and judge ${packets} packets as the policies say ` +
        `(polc verify ${out} tries all)`,
    ],
  };
}

async function emit(what: "ir" | "c", { policies, sources }: Project): Promise<void> {
  const [{ generateAll }, { printIr }] = await Promise.all([
    import("../bundle/build_bundle.js"),
    import("../bundle/bundle_json.js"),
  ]);
  const generated = generateAll(policies, sources);
  if (isProblems(generated)) return report(generated, { sources, files: 0 }, EXIT.findings);
  process.stdout.write(
    what === "ir" ? printIr(generated.policies) : generated.sets.map(({ text }) => text).join("\n"),
  );
}

function isProblems(result: object): result is Diagnostic[] {
  return Array.isArray(result);
}

/** Errors go to standard error: with `--emit`, standard output is for programs. */
async function report(
  problems: readonly Diagnostic[],
  { sources, files }: Pick<Project, "sources" | "files">,
  exit: number,
): Promise<void> {
  const { colorsFor, prettyReport } = await import("../source/pretty.js");
  process.stderr.write(`${prettyReport(problems, sources, files, colorsFor(process.stderr))}\n`);
  process.exitCode = exit;
}

/** One line that is written over, for people who wait. */
function progress(doing: string): (done: number, total: number) => void {
  return (done, total) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(done < total ? `\r${doing} ${done}/${total}` : "\r\x1b[K");
  };
}

async function summary({ dir, manifest }: Bundle, ms: number): Promise<string> {
  const { readdir, stat } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const sizes = await Promise.all(
    (await readdir(dir)).map(async (file) => (await stat(join(dir, file))).size),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
  const tables = manifest.sets.filter(({ form }) => form === "table").length;
  const parts = [
    count(manifest.sets.length, "policy set", "policy sets") + (tables > 0 ? ` (${tables} by table)` : ""),
    count(manifest.policies.length, "policy", "policies"),
    count(manifest.rules.length, "rule", "rules"),
    `${Math.ceil(bytes / 1024)} KiB`,
    `${(ms / 1000).toFixed(1)} s`,
    manifest.compiler,
  ];
  return `${dir}: ${parts.join(", ")}`;
}
