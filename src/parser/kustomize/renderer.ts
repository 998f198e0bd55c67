/** Runs `kustomize build`, or kubectl's own, on a private copy of the files: without plugins, Helm, git and network. */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";

export interface Renderer {
  readonly command: string;
  /** Arguments before the folder. */
  readonly args: readonly string[];
}

const TIME_MS = 60_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The one that `KUSTOMIZE` names, or else kustomize or kubectl on `PATH`. */
export function findRenderer(env: NodeJS.ProcessEnv = process.env): Renderer | undefined {
  if (env.KUSTOMIZE) return rendererOf(env.KUSTOMIZE);
  const folders = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  const ending = process.platform === "win32" ? ".exe" : "";
  for (const name of [`kustomize${ending}`, `kubectl${ending}`]) {
    const found = folders.map((folder) => join(folder, name)).find(isProgram);
    if (found !== undefined) return rendererOf(found);
  }
  return undefined;
}

function rendererOf(command: string): Renderer {
  return { command, args: [basename(command).startsWith("kubectl") ? "kustomize" : "build"] };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @returns the rendered text, or why it failed */
export function runRenderer(
  { command, args }: Renderer,
  folder: string,
  home: string,
): Promise<{ readonly text: string } | { readonly fault: string }> {
  // The copy contains nothing remote. If something gets past that, there is no git and no network.
  const nowhere = "http://127.0.0.1:9";
  const env = {
    PATH: "",
    HOME: home,
    TMPDIR: home,
    XDG_CONFIG_HOME: home,
    // The same for Windows, where programs need the system folder to start.
    USERPROFILE: home,
    TEMP: home,
    ...(process.env.SystemRoot && { SystemRoot: process.env.SystemRoot }),
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    GIT_ALLOW_PROTOCOL: "none",
  };
  const options = { env, cwd: home, timeout: TIME_MS, killSignal: "SIGKILL", maxBuffer: MOST_BYTES } as const;
  return new Promise((resolve) => {
    execFile(command, [...args, folder], options, (error, stdout, stderr) => {
      if (!error) resolve({ text: stdout });
      else if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER")
        resolve({ fault: "its output is too large" });
      else if (error.killed) resolve({ fault: `it took longer than ${TIME_MS / 1000} s` });
      else resolve({ fault: reasonIn(stderr) || `cannot run ${command}: ${error.code}` });
    });
  });
}

/** The error, without the log line around it and the kustomizations on the way, which it repeats. */
function reasonIn(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("# Warning"));
  const at = lines.findIndex((line) => /^error:|\] "command failed"/i.test(line));
  const said = lines
    .slice(Math.max(at, 0))
    .map((line) => line.trim())
    .join(" ");
  const logged = /\] "command failed" err=(?:"(.*)"|< (.*?)(?: >)?)$/.exec(said);
  const reason = (logged?.[1] ?? logged?.[2] ?? said).replace(/^error: /i, "");
  const own = reason.replace(/^.*recursed accumulation of path '[^']*': (?=.)/, "");
  // It begins with the place and ends with the reason.
  return own.length > MOST_LETTERS ? `...${own.slice(-MOST_LETTERS)}` : own;
}

const MOST_LETTERS = 300;
