// What is in polc's image: Node.js, ip and nsenter with the libraries that they need; polc, its loader and its CNI plugin, which the
// agent copies to the node and so are linked statically; and the compiled shell and programs of Services, so that a node needs no
// compiler. All of it is from this machine.
//   node scripts/image/root.mjs DIR     writes it into DIR, which must not exist
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findCompiler } from "../../dist/src/bundle/compiler.js";
import { compileObjects } from "../../dist/src/bundle/objects.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Places that are mounted, or written while it runs. */
const FOLDERS = [
  "etc/cni/net.d",
  "etc/polc/keys",
  "opt/cni/bin",
  "proc",
  "run/netns",
  "run/polc",
  "sys/fs/bpf",
  "tmp",
  "var/lib/polc",
];

/** Layers, the one that changes least first: each a list of `{ name, data, mode }`, or `{ name, folder: true }`. */
export async function imageLayers() {
  const node = process.execPath;
  const loader = built("loader/polc-loader-static");
  const plugin = built("cni/polc-cni");
  const tools = ["ip", "nsenter"].map(onPath);
  const runtime = [
    ...FOLDERS.flatMap(withParents),
    plain("etc/passwd", "root:x:0:0:root:/:/none\n"),
    file("usr/local/bin/node", node),
    ...tools.map((path) => file(`usr/local/bin/${basename(path)}`, path)),
    ...librariesOf([node, ...tools]).map((path) => file(path.slice(1), path)),
  ];
  const bundle = readdirSync(join(ROOT, "dist/bundle")).filter((name) => !name.endsWith(".map"));
  const polc = [
    ...["package.json", "LICENSE"].map((name) => file(`opt/polc/${name}`, join(ROOT, name))),
    ...bundle.map((name) => file(`opt/polc/dist/bundle/${name}`, join(ROOT, "dist/bundle", name))),
    ...filesBelow("bpf-templates").map((name) => file(`opt/polc/${name}`, join(ROOT, name))),
    file("opt/polc/loader/polc-loader", loader),
    file("opt/polc/cni/polc-cni", plugin),
    ...(await compiled()),
  ];
  return [runtime, polc].map((layer) => [...new Map(layer.map((each) => [each.name, each])).values()]);
}

/** How the image is run. */
export const RUN = {
  // Of an agent that runs for months memory counts, not the last percent of speed.
  Entrypoint: [
    "/usr/local/bin/node",
    "--max-semi-space-size=2",
    "--optimize-for-size",
    "/opt/polc/dist/bundle/polc.cjs",
  ],
  Env: [
    "PATH=/usr/local/bin",
    "POLC_LOADER=/opt/polc/loader/polc-loader",
    "POLC_SHELL=/opt/polc/objects/shell.bpf.o",
    "POLC_SERVICE_OBJECTS=/opt/polc/objects",
    "NODE_ENV=production",
  ],
  WorkingDir: "/",
};

function plain(name, text) {
  return { name, data: Buffer.from(text), mode: 0o644 };
}

function file(name, path) {
  return { name, data: readFileSync(path), mode: statSync(path).mode & 0o111 ? 0o755 : 0o644 };
}

function built(name) {
  const path = join(ROOT, name);
  if (!existsSync(path)) throw new Error(`${name} is not built: make image`);
  return path;
}

function onPath(program) {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (!found) throw new Error(`there is no ${program} on PATH: apt-get install iproute2 util-linux`);
  return realpathSync(found);
}

function withParents(folder) {
  const parts = folder.split("/");
  return parts.map((_, i) => {
    const name = `${parts.slice(0, i + 1).join("/")}/`;
    return { name, folder: true, data: Buffer.alloc(0), mode: name === "tmp/" ? 0o1777 : 0o755 };
  });
}

function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`)
    .filter((name) => /\.[ch]$/.test(name));
}

/** By the paths at which the programs look for them: that of the dynamic linker is in the programs themselves. */
function librariesOf(programs) {
  const lines = programs.flatMap((program) => {
    try {
      return execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split(
        "\n",
      );
    } catch {
      return []; // One that is linked statically.
    }
  });
  const paths = lines.flatMap((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1] ?? []);
  return [...new Set(paths)].sort();
}

/** The shell, and the programs of Services. */
async function compiled() {
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const dir = mkdtempSync(join(tmpdir(), "polc-image-"));
  try {
    const made = await compileObjects(compiler, dir, [], { services: true });
    if (!("shell" in made)) throw new Error(made[0].message);
    return readdirSync(dir)
      .filter((name) => name.endsWith(".bpf.o"))
      .sort()
      .map((name) => file(`opt/polc/objects/${name}`, join(dir, name)));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function writeTo(dir) {
  mkdirSync(dir);
  for (const { name, folder, data, mode } of (await imageLayers()).flat()) {
    const path = join(dir, name);
    mkdirSync(folder ? path : dirname(path), { recursive: true });
    if (!folder) writeFileSync(path, data);
    chmodSync(path, mode);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv[2]) throw new Error("usage: node scripts/image/root.mjs DIR");
  await writeTo(process.argv[2]);
}
