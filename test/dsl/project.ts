/** A project in a temporary folder, parsed. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseTypeScriptFiles } from "../../src/parser/typescript/parse.js";
import type { TypeScriptOptions } from "../../src/parser/typescript/parse.js";
import type { Diagnostic } from "../../src/source/diagnostic.js";
import type { Span } from "../../src/source/span.js";

export function makeProject(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "polc-dsl-")));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Parses the `*.policy.ts` and `*.claims.ts` of a project; spans are relative to it. */
export async function parse(
  files: Readonly<Record<string, string>>,
  options: Partial<TypeScriptOptions> = {},
) {
  const root = makeProject(files);
  try {
    return await parseIn(root, Object.keys(files), options);
  } finally {
    rmSync(root, { recursive: true });
  }
}

export async function parseIn(
  root: string,
  names: readonly string[],
  options: Partial<TypeScriptOptions> = {},
) {
  const paths = names
    .filter((name) => /\.(policy|claims)\.[jt]s$/.test(name))
    .map((name) => join(root, name));
  const { files, parsed } = await parseTypeScriptFiles(paths, {
    root,
    cwd: root,
    cacheDir: false,
    ...options,
  });
  const textOf = ({ file, start, end }: Span) =>
    files.find(({ path }) => path === file)!.text.slice(start, end);
  /** `file rule: message | text of the span`, as a test can compare. */
  const said = (diagnostic: Diagnostic) =>
    `${diagnostic.span.file} ${diagnostic.rule}: ${diagnostic.message} | ${textOf(diagnostic.span)}`;
  return { ...parsed, files, textOf, said: parsed.diagnostics.map(said) };
}

/** Without spans. */
export function bare<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === "span" ? undefined : inner)),
  ) as T;
}
