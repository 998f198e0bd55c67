import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import * as lab from "../../src/cli/lab/lab.js";
import { takeDown, takeDownDead } from "../../src/lab/run/take_down.js";
import { runCommand } from "./run_command.js";
import { leftovers, noLab } from "../lab/leftovers.js";

const MAIN = "dist/src/cli/main.js";
const folder = mkdtempSync(join(tmpdir(), "polc-lab-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("without root it says what it needs and exits 2", async () => {
  vi.spyOn(process, "getuid").mockReturnValue(1000);
  const { code, stdout, stderr } = await runCommand(lab, "examples/default-deny");
  vi.restoreAllMocks();
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr:
      "polc lab: a lab needs root: it makes network namespaces and loads programs\n  help: run it with sudo\n",
  });
});

describe.skipIf(noLab)("polc lab", () => {
  test.each(["examples/default-deny", "examples/online-boutique"])(
    "%s: real packets fare as the policies say",
    async (path) => {
      const { code, stdout } = await runCommand(lab, path, "--format", "json");
      const report = JSON.parse(stdout) as {
        summary: object;
        cells: { found: string }[];
        denied: object[];
        lab: string;
      };
      expect([code, report.summary]).toEqual([
        0,
        { cells: report.cells.length, same: report.cells.length, different: 0 },
      ]);
      expect(new Set(report.cells.map(({ found }) => found))).toEqual(new Set(["allow", "deny"]));
      expect(report.denied.length).toBeGreaterThan(0);
      expect(leftovers(report.lab)).toEqual([]);
    },
  );

  test("the table ends with the log of what was denied and the comparison", async () => {
    const { code, stdout } = await runCommand(lab, "examples/default-deny");
    expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([
      0,
      expect.stringMatching(/^\d+ cells, \d+ as the policies say, 0 different$/),
    ]);
    expect(stdout).toMatch(/DENY .* \(examples\/default-deny\/policies\.yaml:\d+\)/);
  });

  test("a list of connections is tried line by line, ICMP and addresses included", async () => {
    const list = join(folder, "list");
    writeFileSync(
      list,
      "# what matters\nboutique/frontend boutique/cartservice 7070\nboutique/frontend boutique/redis-cart icmp\nboutique/frontend 192.0.2.1 443/tcp\n",
    );
    const { code, stdout } = await runCommand(lab, "examples/online-boutique", "--probe", list);
    expect([
      code,
      stdout.split("\n").filter((line) => line.includes(" -> ") && line.includes("IPv4")),
    ]).toEqual([
      0,
      [
        "boutique/frontend -> boutique/cartservice 7070/tcp IPv4: allow (connected)",
        "boutique/frontend -> boutique/redis-cart icmp IPv4: deny (timeout)",
        "boutique/frontend -> 192.0.2.1 443/tcp IPv4: deny (timeout)",
      ],
    ]);
  });

  test("a list with a line that makes no sense is refused with its place", async () => {
    const list = join(folder, "bad");
    writeFileSync(
      list,
      "boutique/frontend boutique/cartservice 7070\nboutique/nobody boutique/cartservice 7070\n",
    );
    const { code, stderr } = await runCommand(lab, "examples/online-boutique", "--probe", list);
    expect([code, stderr.split("\n").at(-2)]).toEqual([
      2,
      `polc lab: ${list}:2: there is no boutique/nobody in the lab`,
    ]);
  });

  test("a kept lab stays, takes other policies, and goes down by its name", async () => {
    const kept = await runCommand(lab, "examples/default-deny", "--keep", "--format", "json");
    const { lab: name, cells } = JSON.parse(kept.stdout) as {
      lab: string;
      cells: { from: string; to: string; found: string }[];
    };
    expect(cells.some(({ found }) => found === "deny")).toBe(true);
    expect(kept.stderr).toContain(`polc lab --down ${name}`);
    try {
      await takeDownDead();
      expect(leftovers(name).some((entry) => entry.startsWith("process"))).toBe(true);
      const open = await runCommand(
        lab,
        "examples/default-deny/workloads.yaml",
        "--apply",
        name,
        "--format",
        "json",
      );
      const reopened = JSON.parse(open.stdout) as {
        cells: { found: string }[];
        summary: { different: number };
      };
      expect([
        open.code,
        reopened.summary.different,
        new Set(reopened.cells.map(({ found }) => found)),
      ]).toEqual([0, 0, new Set(["allow"])]);
      expect((await runCommand(lab, "--down", name)).code).toBe(0);
      expect(leftovers(name)).toEqual([]);
    } finally {
      await takeDown(name);
    }
    expect(await runCommand(lab, "--down", name)).toMatchObject({
      code: 2,
      stderr: `polc lab: no lab is called ${name}\n`,
    });
  });
});

describe.skipIf(noLab ?? !existsSync(MAIN))("polc lab, ended from outside", () => {
  /** Runs the built command and signals it when this is so; its exit code or the signal that ended it. */
  const ended = (signal: NodeJS.Signals, when: (pid: number, stderr: string) => boolean) =>
    new Promise<{ pid: number; code: number | null; by: NodeJS.Signals | null }>((resolve) => {
      const child = spawn(process.execPath, [MAIN, "lab", "examples/default-deny"], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      const pid = child.pid!;
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      const poll = setInterval(() => {
        if (when(pid, stderr)) child.kill(signal);
      }, 5);
      child.on("close", (code, by) => {
        clearInterval(poll);
        resolve({ pid, code, by });
      });
    });
  const namespaces = (pid: number) =>
    readdirSync("/run/netns").filter((name) => name.includes(`polc-lab-${pid}-`)).length;
  const moments: [string, (pid: number, stderr: string) => boolean][] = [
    ["as its namespaces are made", (pid) => existsSync("/run/netns") && namespaces(pid) > 0],
    ["as policies are compiled", (_, stderr) => stderr.includes("servers on")],
    ["as it probes", (_, stderr) => stderr.includes("compiled and enforced")],
  ];

  test.each(moments)("Ctrl-C %s leaves nothing", async (_, when) => {
    let sent = false;
    const { pid, code } = await ended("SIGINT", (pid, stderr) => !sent && (sent = when(pid, stderr)));
    expect([code, leftovers(`lab-${pid}-`)]).toEqual([130, []]);
  });

  test.each(moments)(
    "killed %s, its probes end by themselves and the next command takes down the rest",
    async (_, when) => {
      const { pid, by } = await ended("SIGKILL", when);
      expect(by).toBe("SIGKILL");
      await vi.waitFor(
        () => expect(leftovers(`lab-${pid}-`).filter((entry) => entry.startsWith("process"))).toEqual([]),
        5000,
      );
      expect(leftovers(`lab-${pid}-`)).not.toEqual([]);
      expect((await runCommand(lab, "--down")).code).toBe(0);
      expect(leftovers(`lab-${pid}-`)).toEqual([]);
    },
  );
});
