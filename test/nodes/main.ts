/** `npm run test:nodes`: every Node.js that polc promises lints the examples alike and builds them to equal bytes. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { Tally } from "../systems/tally.js";

/** The oldest by its whole version, since `engines` promises it; the newest of the others. */
const VERSIONS = ["20.19.0", "22", "24", "26"];

const root = packageRoot();
const examples = readdirSync(join(root, "examples"))
  .sort()
  .map((name) => join("examples", name));
const tally = new Tally();

/** The registry carries the binary as a package. undefined: it has none of this version for this machine. */
function install(version: string): string | undefined {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, "build/nodes", version);
  const binary = join(folder, "node_modules", name, "bin/node");
  if (!existsSync(binary))
    spawnSync("npm", ["install", "--silent", "--no-save", "--prefix", folder, `${name}@${version}`]);
  return existsSync(binary) ? binary : undefined;
}

/** What a command made: compared as a whole. */
type Result = Readonly<Record<string, unknown>>;

/** Everything anew: what another version kept in the user's cache would hide what this one does. */
function polc(node: string, cache: string, args: readonly string[]): Result {
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const command = [join(root, "dist/src/cli/main.js"), ...args];
  const { status, stdout, stderr } = spawnSync(node, command, { cwd: root, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

function lint(node: string, work: string, example: string): Result {
  const result = polc(node, work, ["lint", "--preset", "all", "--format", "json", example]);
  if (result["status"] !== 0 && result["status"] !== 1) throw new Error(String(result["stderr"]));
  return result;
}

function build(node: string, work: string, example: string): Result {
  const out = join(work, "bundle");
  const { status, stderr } = polc(node, work, ["build", example, "--out", out]);
  if (status !== 0) throw new Error(String(stderr));
  const files = readdirSync(out).sort();
  const digest = (name: string) =>
    createHash("sha256")
      .update(readFileSync(join(out, name)))
      .digest("hex");
  return Object.fromEntries(files.map((name) => [name, digest(name)]));
}

/** The keys whose values are not those of the first version that ran. */
function differences(first: Result, other: Result): string[] {
  const keys = [...new Set([...Object.keys(first), ...Object.keys(other)])];
  return keys.filter((key) => first[key] !== other[key]);
}

const first = new Map<string, { readonly version: string; readonly result: Result }>();

function compare(node: string, version: string, example: string, task: typeof lint): void {
  const what = `node ${version.padEnd(8)}  ${task.name.padEnd(5)}  ${example}`;
  const work = mkdtempSync(join(tmpdir(), "polc-nodes-"));
  try {
    const result = task(node, work, example);
    const key = `${task.name} ${example}`;
    const before = first.get(key);
    if (!before) first.set(key, { version, result });
    const different = before ? differences(before.result, result) : [];
    if (different.length === 0) tally.report(what, "passed");
    else tally.report(what, "failed", `${different.join(", ")} not as with ${before!.version}`);
  } catch (error) {
    tally.report(what, "failed", (error as Error).message);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

for (const wanted of VERSIONS) {
  const node = install(wanted);
  if (node === undefined) {
    tally.report(`node ${wanted}`, "skipped", "the registry has no such version for this machine");
    continue;
  }
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim().slice(1);
  for (const example of examples) for (const task of [lint, build]) compare(node, version, example, task);
}
tally.end();
