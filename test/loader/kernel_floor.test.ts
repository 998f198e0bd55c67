/** Kernels that are known not to load the programs are refused before anything is loaded. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KERNEL_FLOOR } from "../../src/node/can_load.js";
import { LOADER, must, privileged } from "./harness.js";

/** Releases as `uname -r` prints them; the answer is 1 for those below the floor. */
const RELEASES = {
  "5.10.262": "1",
  "5.15.0-91-generic": "1",
  "5.15.85": "1",
  "6.0.19-300.fc37.x86_64": "1",
  "6.1.0-26-amd64": "0",
  "6.1.192": "0",
  "6.10.3": "0",
  "7.3.4": "0",
  "10.0.0": "0",
  "own-kernel": "0",
  "": "0",
};

test("releases are compared as numbers, and one that is no number is left to the kernel", () => {
  const dir = mkdtempSync(join(tmpdir(), "polc-floor-"));
  try {
    const source = `#include <stdio.h>
#include "kernel_floor.h"
int fail(const char *help, const char *format, ...) { return -1; }
int fail_errno(int error, const char *format, ...) { return -1; }
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%d\\n", kernel_below_floor(argv[i]));
}
`;
    writeFileSync(join(dir, "main.c"), source);
    const program = join(dir, "main");
    must("cc", ["-Iloader", "-Ibpf-templates", "-o", program, join(dir, "main.c"), "loader/kernel_floor.c"]);
    const answers = must(program, Object.keys(RELEASES)).trim().split("\n");
    expect(Object.fromEntries(Object.keys(RELEASES).map((release, i) => [release, answers[i]]))).toEqual(
      RELEASES,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("polc's messages and the loader name the same release", () => {
  const header = readFileSync("loader/kernel_floor.h", "utf8");
  const number = (name: string) => new RegExp(`^#define KERNEL_FLOOR_${name} (\\d+)$`, "m").exec(header)![1];
  expect(`${number("MAJOR")}.${number("MINOR")}`).toBe(KERNEL_FLOOR);
});

/** A process of this personality is told a release 2.6.x: what an old kernel would say of itself. */
function onOldKernel(args: readonly string[]) {
  return spawnSync("setarch", ["--uname-2.6", LOADER, ...args], { encoding: "utf8" });
}

test.skipIf(!privileged)(
  "what loads programs says which kernel is needed, in one line, before it reads a state",
  () => {
    for (const args of [
      ["check"],
      ["run", "/nonexistent"],
      ["apply", "--instance", "floor", "/nonexistent"],
    ]) {
      const { status, stdout, stderr } = onOldKernel(args);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^\{"error":"this kernel is Linux 2\.6\.\S+, the programs need 6\.1 or later","help":"[^"]+"\}\n$/,
      );
    }
  },
);

test.skipIf(!privileged)("what loads nothing works on any kernel, and `check` passes on this one", () => {
  expect(JSON.parse(onOldKernel(["status", "--instance", "floor"]).stdout)).toMatchObject({ epoch: 0 });
  const { status, stdout, stderr } = spawnSync(LOADER, ["check"], { encoding: "utf8" });
  expect([status, stdout, stderr]).toEqual([0, "{}\n", ""]);
});
