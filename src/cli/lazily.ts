/**
 * The action of a command. It loads its own module only when it runs, so `polc --help`, completion and the other
 * commands never load it. Its result is the exit code.
 */
export function lazily<Given extends readonly unknown[]>(
  load: () => Promise<{ run(...given: Given): Promise<number> }>,
): (...given: Given) => Promise<void> {
  return async (...given) => {
    const { run } = await load();
    process.exitCode = await run(...given);
  };
}
