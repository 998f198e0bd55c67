// Bundles the command line into dist/bundle, after tsc has made dist/src:
//   polc.cjs      the package's bin: src/cli/start.ts
//   program.cjs   all that polc's commands load, in one file, and its source map
//   *.code        what V8 compiled of it for the Node.js that builds (not packed: another one compiles on its first run)
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const OUT = join(ROOT, "dist/bundle");
const PROGRAM = join(OUT, "program.cjs");
/** Stands for the digest of the program until that is known, and is as long. */
const BUILD = "polc-build".padEnd(32, "-");

/** Too big to be worth it, or run in a thread of their own. */
const EXTERNAL = [
  "@kubernetes/client-node",
  "typescript",
  "quickjs-emscripten",
  "vscode-languageserver*",
  "vscode-languageserver-textdocument",
];

/** A module's files lie beside what tsc made of it, so its URL stays that one. */
const ownUrls = {
  name: "own-urls",
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.")) return undefined;
      const own = relative(OUT, join(ROOT, "dist", relative(ROOT, path).replace(/\.ts$/, ".js"))).replaceAll(
        "\\",
        "/",
      );
      const file = `require("node:path").join(require("node:path").dirname(filename), ${JSON.stringify(own)})`;
      const contents = text
        .replaceAll("createRequire(import.meta.url)(", "require(")
        .replaceAll("import.meta.url", `require("node:url").pathToFileURL(${file}).href`)
        .replaceAll("import.meta.dirname", `require("node:path").dirname(${file})`);
      return { contents, loader: "ts" };
    });
  },
};

/**
 * Of @kubernetes/client-node only its reading of kubeconfigs is used: without this its classes for every kind of the API, megabytes
 * of them, would be loaded with that.
 */
const kubeconfigAlone = {
  name: "kubeconfig-alone",
  setup({ onResolve, onLoad }) {
    const dist = join(ROOT, "node_modules/@kubernetes/client-node/dist");
    onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: join(dist, "config.js") }));
    onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer }) =>
      importer.startsWith(dist) ? { path: "gen", namespace: "kubeconfig-alone" } : undefined,
    );
    onLoad({ filter: /^gen$/, namespace: "kubeconfig-alone" }, () => ({
      contents: `export { createConfiguration } from "./gen/configuration.js"; export { ServerConfiguration } from "./gen/servers.js";`,
      resolveDir: dist,
    }));
  },
};

const COMMON = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  absWorkingDir: ROOT,
  legalComments: "none",
  logLevel: "warning",
};

rmSync(OUT, { recursive: true, force: true });
await build({
  ...COMMON,
  entryPoints: ["src/cli/program.ts"],
  outfile: PROGRAM,
  external: EXTERNAL,
  plugins: [ownUrls, kubeconfigAlone],
  // A script cannot import, and each module that is loaded lazily is initialised in the same file.
  supported: { "dynamic-import": false },
  define: { POLC_BUILD: JSON.stringify(BUILD) },
  banner: { js: `//${BUILD}\n(function (require, module, filename) {` },
  footer: { js: "})" },
  mainFields: ["module", "main"],
  sourcemap: true,
  sourcesContent: false,
});
const text = readFileSync(PROGRAM, "latin1");
const digest = createHash("sha256").update(text).digest("hex").slice(0, BUILD.length);
writeFileSync(PROGRAM, text.replaceAll(BUILD, digest), "latin1");

const START = join(OUT, "polc.cjs");
await build({
  ...COMMON,
  entryPoints: ["src/cli/start.ts"],
  outfile: START,
  banner: { js: "#!/usr/bin/env node" },
});
chmodSync(START, 0o755);

const cache = mkdtempSync(join(OUT, "code-"));
// Brief commands and others have code of their own: see start.ts.
for (const words of [["lint", "--no-config", "examples/online-boutique"], ["rules"]]) {
  const { status, stderr } = spawnSync(process.execPath, [START, ...words], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  if (status !== 0) throw new Error(`the bundle does not run: exit status ${status}\n${stderr}`);
}
const codes = join(cache, "polc/code");
for (const name of existsSync(codes) ? readdirSync(codes) : []) cpSync(join(codes, name), join(OUT, name));
rmSync(cache, { recursive: true });
