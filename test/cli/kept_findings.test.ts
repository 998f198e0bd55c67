import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { generateRepo, writeRepo } from "../../bench/lint/repo.js";

const folder = mkdtempSync(join(tmpdir(), "polc-kept-"));
const repo = join(folder, "repo");
const POLC = resolve("dist/bundle/polc.cjs");
const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };

beforeAll(() => expect(existsSync(POLC), "polc must be built: npm run build").toBe(true));

beforeEach(() => {
  rmSync(repo, { recursive: true, force: true });
  rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
  writeRepo(repo, generateRepo(400));
  mkdirSync(join(repo, ".git"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [POLC, "lint", ...args], {
    cwd: repo,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

/** The cached result, which has to be that of a run without a cache. */
function lintTwice(...args: readonly string[]) {
  const cached = lint(...args);
  expect(cached).toEqual(lint("--no-cache", ...args));
  return cached;
}

/** As if all files had been written long ago, so that their times tell that they have not changed. */
function settle() {
  lint();
  spawnSync("sleep", ["2.1"]);
  lint();
}

function entries(): readonly string[] {
  const kept = join(env.XDG_CACHE_HOME, "polc");
  return existsSync(kept) ? readdirSync(kept).filter((name) => /^[0-9a-f]{64}$/.test(name)) : [];
}

const FINDING = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: host-bits, namespace: team-0000 }
spec:
  podSelector: {}
  ingress:
    - from: [{ ipBlock: { cidr: 198.51.100.7/24 } }]
`;

test("in a repository, findings are the same from the cache in every format", () => {
  settle();
  for (const format of ["pretty", "concise", "json", "sarif", "github", "gitlab", "junit"])
    expect([format, lintTwice("--format", format).status]).toEqual([format, 1]);
  lintTwice("--rule", "redundant-rule=off");
  lintTwice("--preset", "strict");
  lintTwice("team-0000");
  expect(lintTwice("--fix-dry-run").stderr).toContain("would fix");
});

test("a changed, a new and a removed file change what is found", () => {
  settle();
  const before = lintTwice("--format", "concise").stdout;
  appendFileSync(join(repo, "team-0000/policies.yaml"), FINDING);
  expect(lintTwice("--format", "concise").stdout).toContain("198.51.100.7/24");
  rmSync(join(repo, "shared.yaml"));
  lintTwice("--format", "concise");
  writeRepo(repo, generateRepo(400));
  expect(lintTwice("--format", "concise").stdout).toBe(before);
});

test("a file of the same size and time of change is read again", () => {
  const file = join(repo, "team-0000/policies.yaml");
  appendFileSync(file, FINDING);
  settle();
  expect(lintTwice("--format", "concise").stdout).toContain("198.51.100.7/24");
  const { atime, mtime } = statSync(file);
  writeFileSync(file, readFileSync(file, "utf8").replace("198.51.100.7/24", "198.51.100.0/24"));
  utimesSync(file, atime, mtime);
  expect(lintTwice("--format", "concise").stdout).not.toContain("198.51.100.7/24");
});

test("a file that changes right after it was read is read again", () => {
  const file = join(repo, "team-0000/policies.yaml");
  const text = readFileSync(file, "utf8");
  for (const octet of [1, 2, 3]) {
    writeFileSync(file, text + FINDING.replace("198.51.100.7", `198.51.100.${octet}`));
    expect(lint("--format", "concise").stdout).toContain(`198.51.100.${octet}/24`);
  }
});

test("files that were written anew with the same content are not linted again", () => {
  const first = lint("--timing");
  expect(first.stderr).toContain("reading files");
  writeRepo(repo, generateRepo(400));
  const second = lint("--timing");
  expect([second.status, second.stdout]).toEqual([first.status, first.stdout]);
  expect(second.stderr).not.toContain("reading files");
});

test("a changed configuration changes what is found", () => {
  settle();
  writeFileSync(join(repo, "polc.config.yaml"), "rules: { duplicate-policy: off }\n");
  const off = lintTwice("--format", "concise");
  expect(off.stdout).not.toContain("duplicate-policy");
  writeFileSync(join(repo, "polc.config.yaml"), "rules: { duplicate-policy: error }\n");
  expect(lintTwice("--format", "concise").stdout).toContain("duplicate-policy");
  writeFileSync(join(repo, "polc.config.yaml"), "ignore: [team-0000/**]\n");
  lintTwice("--format", "concise");
});

test("suppressed findings stay so, and the same folder under another name is linted anew", () => {
  settle();
  expect(lint("--suppress-all").status).toBe(0);
  expect(lintTwice().status).toBe(0);
  const moved = join(folder, "moved");
  renameSync(repo, moved);
  renameSync(moved, repo);
  lintTwice();
});

test("concurrent runs give the same findings, and leave a sound cache", async () => {
  const runs = Array.from(
    { length: 4 },
    () =>
      new Promise<string>((done) => {
        const child = spawn(process.execPath, [POLC, "lint", "--format", "json"], { cwd: repo, env });
        let stdout = "";
        child.stdout.on("data", (data) => (stdout += String(data)));
        child.on("close", () => done(stdout));
      }),
  );
  const outputs = await Promise.all(runs);
  expect(new Set(outputs).size).toBe(1);
  expect(lintTwice("--format", "json").stdout).toBe(outputs[0]);
  expect(entries().length).toBe(4);
});

test("a broken cache is no error", () => {
  const before = lint();
  for (const name of entries()) writeFileSync(join(env.XDG_CACHE_HOME, "polc", name), "broken");
  expect(lint()).toEqual(before);
});

test("nothing is kept outside a repository, with --no-cache, and for a few small files", () => {
  lint("--no-cache");
  expect(entries()).toEqual([]);
  rmSync(join(repo, ".git"), { recursive: true });
  lint();
  expect(entries()).toEqual([]);
  lint("--cache");
  expect(entries().length).toBe(4);
  rmSync(env.XDG_CACHE_HOME, { recursive: true });
  lint("--cache", "shared.yaml");
  expect(entries()).toEqual([]);
});

test("diff answers the same with what is kept, also by lint, and with a broken cache", () => {
  const { files } = generateRepo(400);
  const path = "team-0000/policies.yaml";
  const changed = files.get(path)!.replace("port: 8443", "port: 8500");
  expect(changed).not.toBe(files.get(path));
  writeRepo(join(repo, "old"), { files, policies: 0, planted: [] });
  writeRepo(join(repo, "new"), { files: new Map([...files, [path, changed]]), policies: 0, planted: [] });
  const diff = () =>
    spawnSync(process.execPath, [POLC, "diff", "old", "new", "--format", "json"], {
      cwd: repo,
      encoding: "utf8",
      env,
    }).stdout;
  const first = diff();
  expect(first).toContain("8500");
  expect(entries().length).toBe(2);
  expect(diff()).toBe(first);
  lint();
  expect(diff()).toBe(first);
  for (const name of entries()) writeFileSync(join(env.XDG_CACHE_HOME, "polc", name), "broken");
  expect(diff()).toBe(first);
  rmSync(join(repo, ".git"), { recursive: true });
  expect(diff()).toBe(first);
});
