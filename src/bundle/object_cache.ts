/**
 * Objects of earlier builds, by all that made them: the compiler, its flags, the templates, the code, and the headers of the
 * system that it included. What differs in any of these is compiled again, and equal bytes come out with and without.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathOf } from "../source/on_path.js";
import { prune, readEntry, writeEntry } from "../source/private_cache.js";
import { userCacheDir } from "../source/private_folder.js";
import type { Compiler } from "./compiler.js";
import { compilerFlags, templateDirectory } from "./compiler.js";
import { sha256 } from "./digest.js";

/** Some four thousand programs. */
const BYTES = 1 << 27;

/** The user's own. Users remove it: docs/cli.md names it. */
export function objectCacheDir(): string {
  return join(userCacheDir(), "objects");
}

export class ObjectCache {
  /** Of all that is the same for every program. */
  private readonly common: string;
  /** Digests of headers, by path. */
  private readonly headers = new Map<string, string | undefined>();
  private written = false;

  constructor(
    private readonly dir: string,
    compiler: Compiler,
  ) {
    const tools = [compiler.clang, compiler.strip].map(identity);
    this.common = JSON.stringify([compiler.name, tools, compilerFlags(), templateDigests()]);
  }

  /** `source`: what the compiler is told that the code is in. */
  read(source: string, code: string): Buffer | undefined {
    const entry = readEntry(this.dir, this.keyOf(source, code));
    if (!entry) return undefined;
    const end = entry.indexOf("\n");
    const headers = JSON.parse(entry.toString("utf8", 0, end)) as [string, string][];
    const same = headers.every(([path, then]) => this.headerDigest(path) === then);
    return same ? entry.subarray(end + 1) : undefined;
  }

  /** `included`: every file that the compiler read. */
  write(source: string, code: string, object: Buffer, included: readonly string[]): void {
    const templates = `${templateDirectory()}/`;
    const headers = included
      .filter((path) => path.startsWith("/") && !path.startsWith(templates))
      .map((path) => [path, this.headerDigest(path)]);
    const head = Buffer.from(`${JSON.stringify(headers)}\n`);
    writeEntry(this.dir, this.keyOf(source, code), Buffer.concat([head, object]));
    this.written = true;
  }

  /** To be called when all is written. */
  removeOldest(): void {
    if (this.written) prune(this.dir, { bytes: BYTES });
  }

  private keyOf(source: string, code: string): string {
    return sha256(JSON.stringify(["object 1", this.common, source, code]));
  }

  private headerDigest(path: string): string | undefined {
    if (!this.headers.has(path)) this.headers.set(path, digestOf(path));
    return this.headers.get(path);
  }
}

function digestOf(path: string): string | undefined {
  try {
    return sha256(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** Which file a tool is: a package that is upgraded, or a script that is edited, is another one. */
function identity(tool: string): unknown {
  const path = pathOf(tool);
  if (path === undefined) return tool;
  const { size, mtimeMs } = statSync(path);
  return [realpathSync(path), size, mtimeMs];
}

function templateDigests(): readonly (readonly [string, string])[] {
  const directory = templateDirectory();
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return files.map((name) => [name, sha256(readFileSync(join(directory, name)))]);
}
