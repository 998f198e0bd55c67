import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { takeLock } from "../../src/node/lock.js";

const directory = mkdtempSync(join(tmpdir(), "polct-lock-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("a lock that a living process holds is not taken, and is free after its release", () => {
  const path = join(directory, "sub", "lock");
  const release = takeLock(path) as () => void;
  expect(takeLock(path)).toEqual({
    error: `process ${process.pid} is deploying to this instance`,
    help: "wait until it is done",
  });
  release();
  const again = takeLock(path);
  expect(again).toBeTypeOf("function");
  (again as () => void)();
});

test("the lock of a process that died is taken over", () => {
  const path = join(directory, "stale");
  writeFileSync(path, String(spawnSync("true").pid));
  expect(takeLock(path)).toBeTypeOf("function");
  expect(readFileSync(path, "utf8").split(" ")[0]).toBe(String(process.pid));
});

test("a lock that somebody else takes over at this moment is left to them", () => {
  const path = join(directory, "contested");
  writeFileSync(path, String(spawnSync("true").pid));
  mkdirSync(`${path}.takeover`);
  expect(takeLock(path)).toEqual({
    error: `another process is taking over ${path}`,
    help: `run it again; if nothing deploys, remove ${path}.takeover`,
  });
  rmSync(`${path}.takeover`, { recursive: true });
  expect(takeLock(path)).toBeTypeOf("function");
});

test("the lock of a process whose number another one has is taken over, as of an agent's container before", () => {
  const path = join(directory, "reused");
  const release = takeLock(path) as () => void;
  const [pid, , namespace] = readFileSync(path, "utf8").split(" ");
  release();
  writeFileSync(path, `${pid} 1 ${namespace}`);
  expect(takeLock(path)).toBeTypeOf("function");
});

test("the lock of a process that cannot be seen from here is taken over when it has been silent for a while", () => {
  const path = join(directory, "elsewhere");
  writeFileSync(path, "1 100 pid:[1]");
  expect(takeLock(path)).toMatchObject({ error: "process 1 is deploying to this instance" });
  const before = new Date(Date.now() - 20_000);
  utimesSync(path, before, before);
  expect(takeLock(path)).toBeTypeOf("function");
});
