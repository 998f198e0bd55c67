import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";

const PROBE = "probe/polc-probe";

/** Sends lines to a probe in this network namespace until it gave so many answers; those answers. */
function ask(lines: readonly string[], answers: number): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(PROBE, { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.split("\n").length > answers) child.stdin.end();
    });
    child.on("error", reject);
    child.on("close", () => {
      const parsed = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve(parsed.map(({ us: _, ...answer }) => answer));
    });
    child.stdin.write(lines.map((line) => `${line}\n`).join(""));
  });
}

describe.skipIf(!existsSync(PROBE))("polc-probe", () => {
  test("connects, is refused, or says what the kernel refused", async () => {
    const answers = await ask(
      [
        "listen tcp 47001",
        "listen udp 47001",
        "tcp 127.0.0.1 47001 1 2000",
        "udp ::1 47001 2 2000",
        "tcp 127.0.0.1 47002 3 2000",
        "udp 127.0.0.1 47002 4 2000",
        "tcp 255.255.255.255 1 5 2000",
      ],
      7,
    );
    expect(answers.slice(0, 2)).toEqual([
      { listening: "tcp", port: 47001 },
      { listening: "udp", port: 47001 },
    ]);
    expect(answers.slice(2).sort((a, b) => Number(a["id"]) - Number(b["id"]))).toEqual([
      { id: 1, result: "connected" },
      { id: 2, result: "connected" },
      { id: 3, result: "refused" },
      { id: 4, result: "refused" },
      { id: 5, result: "error", reason: "ENETUNREACH" },
    ]);
  });

  test("what makes no sense is an answer, not an end", async () => {
    const bad = [
      "",
      "tcp",
      "tcp 127.0.0.1 70000 1 100",
      "gre 127.0.0.1 1 1 100",
      "listen icmp 1",
      "listen tcp 0",
      "listen tcp 99999",
    ];
    const answers = await ask(
      [...bad, "tcp not-an-address 80 7 100", "tcp 127.0.0.1 47003 8 1000"],
      bad.length + 2,
    );
    expect(answers.slice(0, bad.length).every(({ error }) => typeof error === "string")).toBe(true);
    expect(answers.slice(bad.length)).toEqual([
      { id: 7, result: "error", reason: "not an address" },
      { id: 8, result: "refused" },
    ]);
  });

  test("five thousand probes at once are all answered", async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, id) => `${id % 2 ? "tcp" : "udp"} 127.0.0.1 47004 ${id} 20000`,
    );
    const answers = await ask(["listen tcp 47004", "listen udp 47004", ...lines], 5002);
    expect(answers.slice(2).filter(({ result }) => result === "connected")).toHaveLength(5000);
  });

  test("it ends when nobody is there any more", () => {
    const { status, stdout } = spawnSync(PROBE, { input: "", encoding: "utf8", timeout: 5000 });
    expect([status, stdout]).toEqual([0, ""]);
  });
});
