// What npm runs in a checkout before it is packed or installed: polc is built. Where npm installs a git repository
// globally, as pre-commit does, it prepares a clone without its dependencies, since `global` is inherited: they come first.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const GLOBAL = /^npm_config_(global|global_prefix|local_prefix|prefix|globalconfig|install_links)$/i;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !GLOBAL.test(name)));

function npm(...args) {
  const [command, ...first] = process.env.npm_execpath
    ? [process.execPath, process.env.npm_execpath]
    : ["npm"];
  execFileSync(command, [...first, ...args], { env, stdio: "inherit" });
}

if (!existsSync("node_modules/typescript"))
  npm("install", "--ignore-scripts", "--include=dev", "--no-save", "--no-audit", "--no-fund");
npm("run", "--silent", "build");
