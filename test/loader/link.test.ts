import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile, must, type Objects, privileged, udp } from "./harness.js";
import { state } from "./state.js";

const root = new URL("../..", import.meta.url).pathname;
const LIBRARIES = ["libbpf", "libelf", "zlib", "jansson"];

/** Links a copy, so that tests beside this one keep their loader: only the first time compiles. */
function copy(): string {
  const dir = mkdtempSync(join(tmpdir(), "polc-link-test-"));
  for (const folder of ["loader", "bpf-templates"])
    cpSync(join(root, folder), join(dir, folder), { recursive: true, preserveTimestamps: true });
  return dir;
}

describe("how the loader is linked", () => {
  let dir: string;
  const loader = () => join(dir, "loader/polc-loader");
  const make = (link: string) =>
    spawnSync("make", ["-s", "-C", join(dir, "loader"), `LINK=${link}`], { encoding: "utf8" });
  const linked = (): Record<string, string> => JSON.parse(must(loader(), ["--version"])).linked;
  const needed = () =>
    LIBRARIES.filter((library) => {
      const name = library === "zlib" ? "libz" : library === "jansson" ? "libjansson" : library;
      return must("ldd", [loader()]).includes(`${name}.so`);
    });

  beforeAll(() => {
    dir = copy();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test("LINK=dynamic takes every library from the machine", () => {
    expect(make("dynamic")).toMatchObject({ status: 0, stderr: "" });
    expect(Object.values(linked())).toEqual(LIBRARIES.map(() => "dynamic"));
    expect(needed()).toEqual(expect.arrayContaining(["libbpf", "jansson"]));
  });

  test("LINK=auto takes from the machine what cannot be linked statically, and only that", () => {
    const possible = make("static");
    const all = possible.status === 0 ? linked() : undefined;
    expect(make("auto")).toMatchObject({ status: 0, stderr: "" });
    const auto = linked();
    expect(Object.keys(auto)).toEqual(LIBRARIES);
    if (all) {
      expect(Object.values(all)).toEqual(LIBRARIES.map(() => "static"));
      expect(auto).toEqual(all);
      expect(needed()).toEqual([]);
    } else {
      expect(possible.stderr).toContain("LINK=static: not every library can be linked statically here");
      expect(Object.values(auto)).toContain("dynamic");
      expect(Object.values(auto)).toContain("static");
    }
  });

  test("a libbpf before 1.0 is refused in words", () => {
    const headers = join(dir, "old/bpf");
    mkdirSync(headers, { recursive: true });
    writeFileSync(join(headers, "libbpf_version.h"), "#define LIBBPF_MAJOR_VERSION 0\n");
    const env = { ...process.env, CFLAGS: `-I${join(dir, "old")}` };
    const made = spawnSync("make", ["-s", "-C", join(dir, "loader"), "-W", "main.c"], {
      encoding: "utf8",
      env,
    });
    expect(made.stderr.split("\n").find((line) => line.includes("error"))).toMatch(
      /#error polc-loader needs libbpf 1.0 or later$/,
    );
  });

  test("LINK takes no other word", () => {
    expect(make("sideways").stderr).toContain("LINK is auto, static or dynamic, not sideways");
  });

  test("an archive that cannot be linked with is not taken for one that can", () => {
    expect(make("auto").status).toBe(0);
    const auto = linked();
    const archives = join(dir, "archives");
    const empty = join(archives, "libelf.a");
    must("mkdir", ["-p", archives]);
    writeFileSync(empty, "!<arch>\n"); // found, and without a single function
    const env = { ...process.env, LDFLAGS: `-L${archives}` };
    must("rm", ["-f", loader()]);
    const built = spawnSync("make", ["-s", "-C", join(dir, "loader")], { encoding: "utf8", env });
    expect(built).toMatchObject({ status: 0, stderr: "" });
    expect(linked()).toMatchObject({ libelf: "dynamic", jansson: auto["jansson"] });
  });

  describe.skipIf(!privileged)("with programs", () => {
    let objects: Objects;
    beforeAll(() => {
      objects = compile();
    });
    afterAll(() => objects?.remove());

    test.each(["dynamic", "auto"])("LINK=%s loads programs and judges packets", (link) => {
      expect(make(link).status).toBe(0);
      const path = join(dir, "state.json");
      writeFileSync(path, JSON.stringify({ ...state(objects, 1, ["deny from"]), pods: [] }));
      const packet = udp("10.0.0.2", 80);
      const input = ["from_pod", "to_pod"]
        .map((hook) => `${JSON.stringify({ subject: 1, hook, packet })}\n`)
        .join("");
      const { status, stdout, stderr } = spawnSync(loader(), ["run", path], { encoding: "utf8", input });
      expect([status, stderr]).toEqual([0, ""]);
      const verdicts = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).verdict);
      expect(verdicts).toEqual(["drop", "pass"]);
    });
  });
});
