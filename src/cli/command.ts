import type { Command } from "commander";

/** What a command's file exports. Heavy modules load inside the action. */
export interface CommandModule {
  /** Adds its arguments, options and action. `all`: every command there is. */
  define(command: Command, all: readonly CommandEntry[]): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Only the command that was asked for is loaded. */
  readonly load: () => Promise<CommandModule>;
}
