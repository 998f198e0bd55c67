/** A bundle that differs in anything from what was built is refused, with the reason. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test, vi } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { readBundle } from "../../src/bundle/read_bundle.js";
import { manifestDigest } from "../../src/bundle/bundle_json.js";
import { sha256 } from "../../src/bundle/digest.js";
import type { Manifest } from "../../src/bundle/manifest.js";
import type { Span } from "../../src/source/span.js";
import { parsed } from "../codegen/parsed.js";
import { folder, POLICIES } from "./building.js";

const root = folder();
const good = join(root, "good");
let copies = 0;

beforeAll(async () => {
  const { policies, sources } = parsed(POLICIES);
  const bundle = await buildBundle(policies, sources, good);
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
});

/** What reading a copy of the good bundle says once `change` was made to it: `file: message (help)`. */
async function saidAfter(change: (dir: string) => void): Promise<readonly string[]> {
  const dir = join(root, `copy${copies++}`);
  cpSync(good, dir, { recursive: true });
  change(dir);
  const result = await readBundle(dir);
  if (!Array.isArray(result)) return [];
  expect(result.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(
    result.map(() => "invalid-bundle error"),
  );
  const named = ({ file }: Span) =>
    file
      .slice(dir.length + 1)
      .replace(basename(objectOf(good, "bank")), "BANK.bpf.o")
      .replace(basename(objectOf(good, "shop")), "SHOP.bpf.o");
  return result.map(({ span, message, help }) => `${named(span)}: ${message} (${help})`);
}

/** Path of the object that the manifest gives a set. */
function objectOf(dir: string, name: string): string {
  const { sets } = JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8")) as Manifest;
  const set = sets.find((each) => each.name === name);
  if (set?.form !== "specialised") throw new Error(`${name} has no object`);
  return join(dir, set.object);
}

/** Changes the text of a file. */
function edit(dir: string, file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(dir, file), "utf8");
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(join(dir, file), changed);
}

/** Changes the manifest and makes its digest right again, as whoever means harm would. */
function forge(dir: string, change: (manifest: any) => void): void {
  const path = join(dir, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  change(manifest);
  writeFileSync(path, JSON.stringify({ ...manifest, digest: manifestDigest(manifest) }));
}

/** Changes ir.json and makes both digests right again. */
function forgeIr(dir: string, from: string | RegExp, to: string): void {
  edit(dir, "ir.json", from, to);
  forge(dir, (manifest) => (manifest.ir.sha256 = sha256(readFileSync(join(dir, "ir.json")))));
}

const REBUILD = "make it again: polc build";

test("an unchanged bundle is read, with the policies it was built from", async () => {
  const bundle = await readBundle(good);
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
  expect(bundle.policies.map(({ name }) => name)).toEqual(["vault", "web"]);
  expect(bundle.manifest.sets.map(({ name, form }) => `${name} ${form}`)).toEqual([
    "bank specialised",
    "shop specialised",
  ]);
  expect(Object.isFrozen(bundle.policies[0]!.rules)).toBe(true);
  expect(await saidAfter(() => {})).toEqual([]);
});

test.each<[string, (dir: string) => void, string]>([
  [
    "a changed byte of an object",
    (dir) => {
      const object = readFileSync(objectOf(dir, "shop"));
      object[object.length >> 1]! ^= 1;
      writeFileSync(objectOf(dir, "shop"), object);
    },
    `SHOP.bpf.o: this file was changed after the build: its digest differs (${REBUILD})`,
  ],
  [
    "a changed shell",
    (dir) => appendFileSync(join(dir, "shell.bpf.o"), "\0"),
    `shell.bpf.o: this file was changed after the build: its digest differs (${REBUILD})`,
  ],
  [
    "changed C",
    (dir) => appendFileSync(join(dir, "shop.bpf.c"), "\n"),
    `shop.bpf.c: this file was changed after the build: its digest differs (${REBUILD})`,
  ],
  [
    "a changed ir.json",
    (dir) => edit(dir, "ir.json", "8080", "8081"),
    `ir.json: this file was changed after the build: its digest differs (${REBUILD})`,
  ],
  [
    "a changed manifest",
    (dir) => edit(dir, "manifest.json", "TCP 8080", "TCP 8081"),
    `manifest.json: the manifest does not match its own digest (${REBUILD})`,
  ],
  [
    "a missing object",
    (dir) => rmSync(objectOf(dir, "bank")),
    `BANK.bpf.o: the manifest names this file, but it cannot be read (${REBUILD})`,
  ],
  [
    "a folder in the place of an object",
    (dir) => {
      const object = objectOf(dir, "bank");
      rmSync(object);
      mkdirSync(object);
    },
    `BANK.bpf.o: the manifest names this file, but it cannot be read (${REBUILD})`,
  ],
  [
    "an object that the manifest does not name",
    (dir) => cpSync(objectOf(dir, "shop"), join(dir, "other.bpf.o")),
    "other.bpf.o: the manifest does not name this file (remove it)",
  ],
  [
    "a schema version of the future",
    (dir) => forge(dir, (manifest) => (manifest.schemaVersion = 3)),
    `manifest.json: the manifest is not valid: its schema version is 3, this polc reads 2 (${REBUILD})`,
  ],
  [
    "no schema version",
    (dir) => forge(dir, (manifest) => delete manifest.schemaVersion),
    `manifest.json: the manifest is not valid: its schema version is missing, this polc reads 2 (${REBUILD})`,
  ],
  [
    "a file name that leaves the bundle",
    (dir) => {
      renameSync(objectOf(dir, "shop"), join(root, "x"));
      forge(dir, (manifest) => (manifest.sets[1].object = "../x"));
    },
    `manifest.json: the manifest is not valid: /sets/1/object must match pattern "^[a-z0-9][a-z0-9.-]{0,127}$" (${REBUILD})`,
  ],
  [
    "a property that this version does not know",
    (dir) => forge(dir, (manifest) => (manifest.sets[0].run = "/bin/sh")),
    `manifest.json: the manifest is not valid: /sets/0 must NOT have additional properties (${REBUILD})`,
  ],
  [
    "a set whose rules are numbered otherwise",
    (dir) => forge(dir, (manifest) => (manifest.sets[1].rules = manifest.sets[0].rules)),
    `ir.json: the policies are not valid: they do not give the sets of the manifest (${REBUILD})`,
  ],
  [
    "a set in table form with an object",
    (dir) => forge(dir, (manifest) => (manifest.sets[1].form = "table")),
    `manifest.json: the manifest is not valid: /sets/1 must NOT have additional properties (${REBUILD})`,
  ],
  [
    "a set of a form that this version does not know",
    (dir) => forge(dir, (manifest) => (manifest.sets[1].form = "wasm")),
    `manifest.json: the manifest is not valid: /sets/1/form must be equal to one of the allowed values (${REBUILD})`,
  ],
  [
    "no manifest",
    (dir) => rmSync(join(dir, "manifest.json")),
    `manifest.json: no bundle here: manifest.json cannot be read (${REBUILD})`,
  ],
  [
    "a manifest that is no JSON",
    (dir) => writeFileSync(join(dir, "manifest.json"), "{"),
    `manifest.json: the manifest is not valid: it is not JSON (${REBUILD})`,
  ],
  [
    "a manifest that is null",
    (dir) => writeFileSync(join(dir, "manifest.json"), "null"),
    `manifest.json: the manifest is not valid: its schema version is missing, this polc reads 2 (${REBUILD})`,
  ],
  [
    "a forged manifest with other rules than the policies",
    (dir) => forge(dir, (manifest) => (manifest.rules[0].text = "allow from nowhere")),
    `ir.json: the policies are not valid: the manifest lists other rules (${REBUILD})`,
  ],
  [
    "a forged manifest with other policies",
    (dir) => forge(dir, (manifest) => manifest.policies.reverse()),
    `ir.json: the policies are not valid: the manifest lists other ones (${REBUILD})`,
  ],
  [
    "a forged manifest whose bits mean other selectors",
    (dir) => forge(dir, (manifest) => (manifest.sets[1].subjects = manifest.sets[0].subjects)),
    `ir.json: the policies are not valid: they do not give the sets of the manifest (${REBUILD})`,
  ],
  [
    "a forged manifest without one of the sets",
    (dir) => {
      rmSync(objectOf(dir, "shop"));
      forge(dir, (manifest) => manifest.sets.pop());
      rmSync(join(dir, "shop.bpf.c"));
    },
    `ir.json: the policies are not valid: they do not give the sets of the manifest (${REBUILD})`,
  ],
  [
    "forged policies with a block that is none",
    (dir) => forgeIr(dir, "10.1.0.0/16", "10.1.2.3/16"),
    `ir.json: the policies are not valid: "10.1.2.3/16" is not a CIDR block in canonical form (${REBUILD})`,
  ],
  [
    "forged policies with a port that is none",
    (dir) => forgeIr(dir, /"from": 8080/, '"from": 80800'),
    `ir.json: the policies are not valid: /policies/1 must match exactly one schema in oneOf (${REBUILD})`,
  ],
])("%s is refused", async (_what, change, expected) => {
  expect(await saidAfter(change)).toEqual([expected]);
});

test("every broken file is named, not the first alone", async () => {
  const said = await saidAfter((dir) => {
    rmSync(objectOf(dir, "bank"));
    appendFileSync(objectOf(dir, "shop"), "x");
    writeFileSync(join(dir, "a.bpf.c"), "");
  });
  expect(said.map((text) => text.split(":")[0])).toEqual(["BANK.bpf.o", "SHOP.bpf.o", "a.bpf.c"]);
});

test("a folder that does not exist is no bundle", async () => {
  const result = await readBundle(join(root, "nowhere"));
  expect(Array.isArray(result) && result.map(({ message }) => message)).toEqual([
    "no bundle here: manifest.json cannot be read",
  ]);
});

/** Objects of no code, so that it is quick: what is read here are the digests. */
const EMPTY_OBJECTS = `#!/bin/sh
[ "$1" = --version ] && { echo "clang version 99.0.0"; exit 0; }
for object; do :; done
: > "$object"
`;

test("a bundle may have more files than a process may open", async () => {
  const clang = join(folder({ clang: EMPTY_OBJECTS }), "clang");
  chmodSync(clang, 0o755);
  const bank = POLICIES.split("---")[1]!;
  const many = Array.from({ length: 40 }, (_, i) => bank.replace("namespace: bank", `namespace: n${i}`));
  const { policies, sources } = parsed(many.join("---"));
  vi.stubEnv("CLANG", clang);
  vi.stubEnv("LLVM_STRIP", "true");
  const built = await buildBundle(policies, sources, join(root, "many"));
  vi.unstubAllEnvs();
  expect(built).toMatchObject({ dir: join(root, "many") });
  const read = `
    const { readBundle } = await import(process.argv[1]);
    const bundle = await readBundle(process.argv[2]);
    console.log(Array.isArray(bundle) ? bundle[0].message : bundle.manifest.sets.length);
  `;
  const module = pathToFileURL(resolve("dist/src/bundle/read_bundle.js")).href;
  const shell = 'ulimit -n 64; exec "$0" --input-type=module -e "$1" "$2" "$3"';
  const args = ["-c", shell, process.execPath, read, module, join(root, "many")];
  expect(execFileSync("sh", args, { encoding: "utf8" })).toBe("40\n");
});
