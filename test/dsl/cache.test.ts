import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeProject, parseIn } from "./project.js";

const policy = (name: string) => `import { policy } from "polc";
import { subject } from "./subject.js";
export default policy("${name}", { isolate: [subject], rules: [] });`;
const subject = (app: string) => `import { pods } from "polc";
export const subject = pods({ app: "${app}" }, { namespace: "x" });`;

let root: string;
let cacheDir: string;

beforeEach(() => {
  root = makeProject({ "p.policy.ts": policy("p"), "subject.ts": subject("one") });
  cacheDir = join(mkdtempSync(join(tmpdir(), "polc-cache-")), "polc");
});

afterEach(() => {
  rmSync(root, { recursive: true });
  rmSync(join(cacheDir, ".."), { recursive: true });
});

const run = (names = ["p.policy.ts"]) => parseIn(root, names, { cacheDir });
const values = ({ policies }: Awaited<ReturnType<typeof run>>) =>
  policies.map((each) => each.kind === "NetworkPolicy" && each.subject.pods.requirements[0]!.values[0]);
/** Puts a mark into every entry, with its checksum made anew, so that a test sees whether it was used. */
function markEntries(): void {
  for (const name of readdirSync(cacheDir)) {
    const body = readFileSync(join(cacheDir, name), "utf8")
      .split("\n")
      .slice(1)
      .join("\n")
      .replaceAll('"p-0"', '"cached"');
    writeFileSync(join(cacheDir, name), `${sha256(body)}\n${body}`);
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("an unchanged set of files comes from the cache, frozen, with its sources", async () => {
  const first = await run();
  markEntries();
  const second = await run();
  expect(second.policies.map(({ name }) => name)).toEqual(["cached"]);
  expect(values(second)).toEqual(["one"]);
  expect(second.textOf(second.policies[0]!.span)).toBe("subject");
  expect(second.files.map(({ path, text }) => [path, text])).toEqual(
    first.files.map(({ path, text }) => [path, text]),
  );
  expect(Object.isFrozen(second.policies[0]) && Object.isFrozen(first.policies[0])).toBe(true);
});

test("a changed file, a changed import and a file that now comes first are seen", async () => {
  await run();
  markEntries();
  writeFileSync(join(root, "subject.ts"), subject("two"));
  const second = await run();
  expect([second.policies[0]!.name, values(second)]).toEqual(["p-0", ["two"]]);
  writeFileSync(join(root, "p.policy.ts"), policy("q"));
  expect((await run()).policies[0]!.name).toBe("q-0");
});

test("a file that was missing and is there now is seen", async () => {
  rmSync(join(root, "subject.ts"));
  expect((await run()).said).toEqual([
    'p.policy.ts unresolved-import: "./subject.js" does not exist | "./subject.js"',
  ]);
  writeFileSync(join(root, "subject.js"), subject("script"));
  expect(values(await run())).toEqual(["script"]);
  writeFileSync(join(root, "subject.ts"), subject("typed"));
  expect(values(await run())).toEqual(["typed"]);
});

test("diagnostics are kept too", async () => {
  writeFileSync(join(root, "subject.ts"), `export const subject: string = 1;`);
  const first = await run();
  expect(first.said).toContain(
    "subject.ts TS2322: Type 'number' is not assignable to type 'string'. | subject",
  );
  expect(readdirSync(cacheDir)).toHaveLength(1);
  expect((await run()).said).toEqual(first.said);
});

test("an evaluation that reached its time limit is not kept", async () => {
  writeFileSync(join(root, "subject.ts"), `export const subject: any = 1;\nfor (;;);`);
  const { said } = await parseIn(root, ["p.policy.ts"], { cacheDir, timeMs: 100 });
  expect(said).toEqual(["subject.ts time-limit: evaluation took longer than 100 ms | for (;;);"]);
  expect(existsSync(cacheDir)).toBe(false);
});

test("a damaged or foreign entry is ignored", async () => {
  await run();
  const path = join(cacheDir, readdirSync(cacheDir)[0]!);
  const whole = readFileSync(path, "utf8");
  for (const damaged of [
    "",
    "x",
    whole.slice(0, -10),
    whole.replace('"p-0"', '"evil"'),
    `${sha256("{}")}\n{}`,
  ]) {
    writeFileSync(path, damaged);
    expect((await run()).policies.map(({ name }) => name)).toEqual(["p-0"]);
  }
  expect(readFileSync(path, "utf8")).toBe(whole);
});

test("an entry or a folder that others can write is not trusted, nor a symbolic link", async () => {
  await run();
  markEntries();
  const name = readdirSync(cacheDir)[0]!;
  const path = join(cacheDir, name);
  chmodSync(path, 0o666);
  expect((await run()).policies[0]!.name).toBe("p-0");
  markEntries();
  chmodSync(cacheDir, 0o777);
  expect((await run()).policies[0]!.name).toBe("p-0");
  chmodSync(cacheDir, 0o700);
  writeFileSync(join(root, "entry"), readFileSync(path));
  rmSync(path);
  symlinkSync(join(root, "entry"), path);
  expect((await run()).policies[0]!.name).toBe("p-0");
});

test("a cache that cannot be written changes nothing", async () => {
  writeFileSync(join(cacheDir, "..", "file"), "");
  const { said, policies } = await parseIn(root, ["p.policy.ts"], {
    cacheDir: join(cacheDir, "..", "file", "polc"),
  });
  expect(said).toEqual([]);
  expect(policies.map(({ name }) => name)).toEqual(["p-0"]);
});

test("the oldest entries are removed", async () => {
  await run();
  const [newest] = readdirSync(cacheDir);
  for (let i = 0; i < 70; i++) {
    writeFileSync(join(cacheDir, `old${i}`), "");
    utimesSync(join(cacheDir, `old${i}`), 1000 + i, 1000 + i);
  }
  writeFileSync(join(root, "subject.ts"), subject("two"));
  await run();
  const names = readdirSync(cacheDir);
  expect(names).toHaveLength(64);
  expect(names).toContain(newest);
  expect(names).toContain("old69");
  expect(names).not.toContain("old6");
});
