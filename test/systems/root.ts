/** A bare Debian in a folder, and commands that run inside it. */
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { clientEnvironment, configureClients, debianMirror, hasOwnCertificates } from "./registries.js";

/** What a bare machine has, beyond the least that boots: enough to clone a checkout and to type `make`. */
const PACKAGES = "git,make,ca-certificates";

export interface Finished {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/**
 * `$1` is the root, `$2` the command, and the rest are paths of this machine that it sees too. In namespaces of its own for mounts and processes: whatever becomes of this, the mounts and
 * what was started end with it, and the root is an ordinary folder outside. Its pins are in a bpffs of its own.
 */
const ENTER = `
mount --bind "$1" "$1" && # as ip and unshare expect of what they see as /
mount -t proc proc "$1/proc" &&
mount --rbind /sys "$1/sys" &&
mount -t bpf bpf "$1/sys/fs/bpf" &&
mount --rbind /dev "$1/dev" &&
mount -t tmpfs tmpfs "$1/run" &&
mount -t tmpfs tmpfs "$1/tmp" &&
root=$1 command=$2 && shift 2 &&
for path; do
	if [ -d "$path" ]; then mkdir -p "$root$path"; else mkdir -p "$root\${path%/*}" && : >>"$root$path"; fi &&
	mount --bind "$path" "$root$path" || exit
done &&
exec chroot "$root" /bin/sh -c "$command"`;

export class Root {
  /** What runs inside; whatever it started ends with it. */
  private inside: ChildProcess | undefined;

  private constructor(
    private readonly path: string,
    private readonly log: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly shared: readonly string[] = [],
  ) {}

  /** A new root of this suite. `work` keeps pristine ones as archives, and what was printed as `SUITE-PURPOSE.log`. */
  static async unpack(suite: string, purpose: string, work: string): Promise<Root> {
    const archive = join(work, `${suite}.tar`);
    if (!existsSync(archive)) bootstrap(suite, archive);
    const path = mkdtempSync(join(work, `${suite}-`));
    const root = new Root(path, emptyLog(suite, purpose, work), clientEnvironment());
    process.once("exit", root.remove);
    must("tar", ["-xpf", archive, "-C", path, "--numeric-owner"]);
    configureClients(path, suite);
    if (hasOwnCertificates()) {
      const { code, output } = await root.run("update-ca-certificates");
      if (code !== 0) throw new Error(`update-ca-certificates: ${output}`);
    }
    return root;
  }

  /** The root that an earlier run kept as `SUITE-PURPOSE` in `work`, or a new one that is kept. It sees `shared` too. */
  static async kept(suite: string, purpose: string, work: string, shared: readonly string[]): Promise<Root> {
    const path = join(work, `${suite}-${purpose}`);
    if (!existsSync(path)) {
      const root = await Root.unpack(suite, purpose, work);
      renameSync(root.path, path);
      process.off("exit", root.remove);
    }
    return new Root(path, emptyLog(suite, purpose, work), clientEnvironment(), shared);
  }

  /** A path outside, of a path inside. */
  outside(path: string): string {
    return join(this.path, path);
  }

  /** Runs a command as root of this system. */
  run(command: string): Promise<Finished> {
    const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
    const start = performance.now();
    const child = spawn(
      "unshare",
      [...namespaces, "sh", "-c", ENTER, "sh", this.path, `exec 2>&1; ${command}`, ...this.shared],
      {
        env: {
          ...this.environment,
          PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          HOME: "/root",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.inside = child;
    const file = createWriteStream(this.log, { flags: "a" });
    file.write(`\n$ ${command}\n`);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        file.write(text);
      });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        file.end();
        resolve({ code: code ?? 1, output, seconds: (performance.now() - start) / 1000 });
      });
    });
  }

  /** Nothing is mounted in it out here. What still runs inside may write until it is gone. */
  readonly remove = (): void => {
    process.off("exit", this.remove);
    this.inside?.kill("SIGKILL");
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

function emptyLog(suite: string, purpose: string, work: string): string {
  const log = join(work, `${suite}-${purpose}.log`);
  writeFileSync(log, "");
  return log;
}

function bootstrap(suite: string, archive: string): void {
  process.stderr.write(`systems: debootstrap of ${suite}\n`);
  const work = `${archive}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const mirror = debianMirror();
    must("debootstrap", [
      "--variant=minbase",
      `--include=${PACKAGES}`,
      suite,
      work,
      ...(mirror ? [mirror] : []),
    ]);
    must("tar", ["-cf", `${archive}.whole`, "-C", work, "--numeric-owner", "."]);
    renameSync(`${archive}.whole`, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function must(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(" ")}: ${error?.message ?? (stderr.trim() || stdout.slice(-500))}`,
    );
  return stdout;
}
