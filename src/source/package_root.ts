import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The directory of polc's own `package.json`: the checkout or the installed package, wherever this file was compiled to. */
export function packageRoot(): string {
  let directory = new URL(".", import.meta.url);
  while (!existsSync(new URL("package.json", directory))) {
    const parent = new URL("..", directory);
    if (parent.href === directory.href) throw new Error("polc's package.json is missing");
    directory = parent;
  }
  return fileURLToPath(directory);
}

export function packageVersion(): string {
  const text = readFileSync(`${packageRoot()}/package.json`, "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
