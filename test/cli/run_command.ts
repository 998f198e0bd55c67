import { Command, CommanderError } from "commander";
import { vi } from "vitest";
import { EXIT } from "../../src/cli/exit.js";
import type { CommandModule } from "../../src/cli/command.js";
import { COMMANDS } from "../../src/cli/commands.js";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as `polc` does, in this process. */
export async function runCommand({ define }: CommandModule, ...args: readonly string[]): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const command = new Command("polc").exitOverride();
    define(command, COMMANDS);
    await command.parseAsync(args, { from: "user" });
    return { code: Number(process.exitCode ?? 0), ...written };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: error.exitCode === 0 ? EXIT.ok : EXIT.usage, ...written };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
