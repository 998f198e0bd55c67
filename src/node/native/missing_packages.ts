import { spawnSync } from "node:child_process";
import { onPath } from "../../source/on_path.js";

/**
 * What Debian and Ubuntu call the packages that are missing to build a program which includes `headers` (header: package).
 * Without a compiler nothing tells which headers there are: all are named, and apt-get leaves alone what is installed.
 */
export function missingPackages(headers: Readonly<Record<string, string>>): readonly string[] {
  const compiler = (process.env["CC"] ?? "cc").split(" ")[0]!;
  const tools = [...(onPath("make") ? [] : ["make"]), ...(onPath(compiler) ? [] : ["gcc"])];
  const missing = tools.includes("gcc") ? Object.values(headers) : packagesNotFound(compiler, headers);
  return [...tools, ...missing];
}

/** Asks the compiler's preprocessor, which knows where it looks. */
function packagesNotFound(compiler: string, headers: Readonly<Record<string, string>>): string[] {
  const question = Object.entries(headers)
    .map(([header, name]) => `#if !__has_include(<${header}>)\n"${name}"\n#endif\n`)
    .join("");
  const { stdout } = spawnSync(compiler, ["-E", "-P", "-"], { input: question, encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/^"(.+)"$/gm)].map((match) => match[1]!);
}
