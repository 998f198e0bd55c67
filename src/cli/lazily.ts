/**
 * The action of a command. What it runs is a module of its own, which is loaded only then: `polc --help`, completion and
 * the other commands never load it. Its result is the exit code.
 */
export function lazily<Given extends readonly unknown[]>(
  load: () => Promise<{ run(...given: Given): Promise<number> }>,
): (...given: Given) => Promise<void> {
  return async (...given) => {
    const { run } = await load();
    process.exitCode = await run(...given);
  };
}
