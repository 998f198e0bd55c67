import type { Command } from "commander";

/** The exports of a command's file. Heavy modules load inside the action. */
export interface CommandModule {
  /** Adds the command's arguments, options and action. `all`: every command. */
  define(command: Command, all: readonly CommandEntry[]): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Only the command that runs is loaded. */
  readonly load: () => Promise<CommandModule>;
}
