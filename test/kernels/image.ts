/** The first file system of a guest: polc, what it needs of this machine, and bundles. The guest has nothing else. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";

const PROGRAMS = ["/bin/sh", "/bin/mount"];

/** Of polc's dependencies, what reading and verifying a bundle needs: ajv, and what it needs itself. */
const MODULES = ["ajv", "fast-deep-equal", "fast-uri", "json-schema-traverse", "require-from-string"];

/** Powers off by itself; the answers are on the serial line. */
const INIT = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
NODE /polc/dist/test/kernels/guest.js /bundles/*
echo "guest ended with $?"
echo o >/proc/sysrq-trigger
while :; do :; done
`;

/** With the libraries that it is linked to. */
function copyProgram(path: string, image: string): void {
  const libraries = execFileSync("ldd", [path], { encoding: "utf8" }).match(/\/[^ ]+/g) ?? [];
  for (const file of [path, ...libraries]) {
    mkdirSync(join(image, dirname(file)), { recursive: true });
    cpSync(realpathSync(file), join(image, file));
  }
}

/** Makes `file` of the folder `image`, which has `bundles` already. */
export function makeImage(image: string, file: string): void {
  const root = packageRoot();
  for (const folder of ["proc", "sys", "dev", "tmp"]) mkdirSync(join(image, folder), { recursive: true });
  for (const program of [...PROGRAMS, process.execPath]) copyProgram(program, image);
  const modules = MODULES.map((name) => join("node_modules", name));
  for (const part of ["dist/src", "dist/test", "package.json", "schemas", "loader/polc-loader", ...modules])
    cpSync(join(root, part), join(image, "polc", part), { recursive: true });
  copyProgram(join(root, "loader/polc-loader"), image);
  writeFileSync(join(image, "init"), INIT.replace("NODE", process.execPath));
  chmodSync(join(image, "init"), 0o755);
  execFileSync("sh", ["-c", `find . | cpio -o -H newc --quiet | gzip -1 >"$1"`, "sh", file], { cwd: image });
}
