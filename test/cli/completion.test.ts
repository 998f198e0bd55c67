import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import * as completion from "../../src/cli/completion.js";
import { runCommand } from "./run_command.js";

/** What bash would offer for the words, of which the last is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runCommand(completion, "bash");
  const program = `${stdout}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _polc; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", program, "bash", ...words], { encoding: "utf8" })
    .trim()
    .split("\n");
}

test("bash completes commands, options and the values of options", async () => {
  expect(await offered("polc", "li")).toEqual(["lint"]);
  expect(await offered("polc", "lint", "--form")).toEqual(["--format"]);
  expect(await offered("polc", "lint", "--format", "sa")).toEqual(["sarif"]);
  expect(await offered("polc", "lint", "READ")).toEqual(["README.md"]);
});

test("zsh and fish get every command too; another shell is refused", async () => {
  for (const shell of ["zsh", "fish"]) {
    const { stdout } = await runCommand(completion, shell);
    for (const name of ["lint", "explain", "completion"]) expect(stdout).toContain(name);
  }
  expect((await runCommand(completion, "tcsh")).code).toBe(2);
});
